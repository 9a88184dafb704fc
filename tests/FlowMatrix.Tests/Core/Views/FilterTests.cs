using CsCheck;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Filters;
using FlowMatrix.Core.Views.Patterns;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Views;

public sealed class FilterTests
{
    [Fact]
    public void A_filter_keeps_the_rows_that_a_plain_implementation_keeps() =>
        OnEstates(
            (random, matrix) =>
            {
                var terms = Enumerable.Range(0, random.Next(5)).Select(_ => PlainTerm.Random(random)).ToList();
                var steps = new List<ViewStep>();

                var kept = new Filter([.. terms.Select(term => term.Parsed).OfType<FilterTerm>()]).Apply(matrix, steps);

                var words = string.Join(' ', terms);
                Assert.Equal(
                    Matched.Rows(matrix).Where(row => PlainTerm.Pass(terms, row)).ToList(),
                    [.. Matched.Rows(kept)]
                );
                Assert.True(steps.Count == 0 || steps[^1].Remaining == kept.Rows.Length, words);
                Assert.Equal(matrix.Rows.Length - steps.Sum(step => step.Removed), kept.Rows.Length);
            }
        );

    [Fact]
    public void Many_filters_at_once_decide_as_each_does_alone() =>
        OnEstates(
            (random, matrix) =>
            {
                // Most filters are empty, so that there can be more of them than bits in a word.
                var filters = Enumerable
                    .Range(0, random.Next(1, 80))
                    .Select(_ =>
                        Enumerable
                            .Range(0, Math.Max(0, random.Next(20) - 16))
                            .Select(_ => PlainTerm.Random(random))
                            .ToList()
                    )
                    .ToList();

                var rules = new BitVectorClassifier(
                    [.. filters.Select(terms => terms.Select(term => term.Parsed).OfType<FilterTerm>().ToList())],
                    matrix.IdTables,
                    matrix.NetworkHosts
                );

                var rows = Matched.Rows(matrix).ToList();
                for (var i = 0; i < rows.Count; i++)
                {
                    var passed = rules.Classify(matrix.Rows[i], matrix.Via(i)).ToArray();
                    Assert.Equal(
                        filters.Select(terms => PlainTerm.Pass(terms, rows[i])),
                        filters.Select(
                            (_, filter) =>
                                (
                                    passed[filter / BitVectorClassifier.WordBits]
                                        >> (filter % BitVectorClassifier.WordBits)
                                    & 1
                                ) == 1
                        )
                    );
                }
            }
        );

    [Fact]
    public void Unmatched_connections_are_kept_if_their_rows_are() =>
        OnEstates(
            (random, matrix) =>
            {
                var term = PlainTerm.Random(random);

                var kept = new Filter([.. new[] { term.Parsed }.OfType<FilterTerm>()]).Apply(matrix, []);

                Assert.All(
                    kept.UnmatchedConnections,
                    end => Assert.Contains(end.RowKey, kept.Rows.Select(row => row.Key))
                );
                Assert.All(
                    matrix.UnmatchedConnections.Except(kept.UnmatchedConnections),
                    end => Assert.DoesNotContain(end.RowKey, kept.Rows.Select(row => row.Key))
                );
                Assert.All(
                    matrix.UnmatchedConnections,
                    end => Assert.Contains(end.RowKey, matrix.Rows.Select(row => row.Key))
                );
            }
        );

    [Theory]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "ac", true)]
    [InlineData("a*c", "acd", false)]
    [InlineData("*a*b*", "xaxxbx", true)]
    [InlineData("*a*b*", "b a", false)]
    [InlineData("*ab", "aab", true)]
    [InlineData("WEB-*", "web-01", true)]
    [InlineData("a.c", "abc", false)]
    public void A_star_stands_for_any_text(string pattern, string text, bool matches) =>
        Assert.Equal(matches, new Glob(pattern).Matches(text));

    [Fact]
    public void A_pattern_with_many_stars_is_fast() =>
        Assert.False(new Glob(string.Concat(Enumerable.Repeat("*a", 200))).Matches(new string('a', 199)));

    [Theory]
    [InlineData("port", "5-3", "3-5?")]
    [InlineData("port", "65536", "65535")]
    [InlineData("port", "-1", "port range")]
    [InlineData("from-port", "80", "--to-port")]
    [InlineData("address", "10.0.0.0/33", "0 to 32")]
    [InlineData("address", "10.0.0.1/8", "10.0.0.0/8")]
    [InlineData("address", "fd00::/129", "0 to 128")]
    [InlineData("address", "10.0.0", "not a valid address or network")]
    [InlineData("protocol", "icmp", "tcp, udp, sctp")]
    [InlineData("protocol", "0", "tcp, udp, sctp")]
    [InlineData("host", ",", "empty")]
    [InlineData("loopback", "no", "show, hide, only")]
    [InlineData("from-loopback", "hide", "not a filter")]
    [InlineData("hots", "a", "from-host")]
    public void An_invalid_filter_is_rejected_with_a_hint(string name, string value, string hint)
    {
        Assert.False(FilterTerm.TryParse(name, value, false, out _, out var problem));

        Assert.Contains(hint, problem);
    }

    /// <summary>Checks many random matrices.</summary>
    internal static void OnEstates(Action<Random, Matrix> check) =>
        Gen.Int.Sample(
            seed =>
                check(
                    new Random(seed),
                    (seed % 2 == 0 ? EstateGenerator.Nasty(seed) : EstateGenerator.Realistic(seed)).Match()
                ),
            iter: 1_500
        );
}
