using System.Text.RegularExpressions;
using CsCheck;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Tests.Core.Views;

/// <summary>Matching many patterns at once gives the same results as matching one after the other.</summary>
public sealed class ManyPatternsTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
            "a",
            "A",
            "b",
            "-",
            ".",
            "/",
            "1",
            "23",
            "*",
            "ä",
            "Ä",
            "ſ",
            "\n",
            "日"
        )
        .List[0, 6]
        .Select(string.Concat);

    private static readonly Gen<string> Atom = Gen.OneOf(
        "a",
        "A",
        "b",
        "-",
        "1",
        "2",
        "ä",
        "k",
        ".",
        @"\.",
        @"\d",
        @"\w",
        @"\s",
        @"\D",
        @"\W",
        "[a-c]",
        "[^a]",
        "[]a]",
        "[-a]",
        "[a-]",
        "[ä-ü1]",
        @"[\d.]",
        @"[a\-]",
        @"\p{L}",
        "^",
        "$",
        @"\b",
        @"\t",
        @"\x41",
        "日"
    );

    private static readonly Gen<string> Quantifier = Gen.OneOf(
        "",
        "",
        "",
        "*",
        "+",
        "?",
        "*?",
        "{2}",
        "{1,}",
        "{0,2}",
        "{0}"
    );

    [Fact]
    public void Many_globs_at_once_match_as_each_does_alone() =>
        Gen.Select(Text.List[0, 12], Text)
            .Sample(
                (patterns, text) =>
                {
                    var set = new GlobSet();
                    var numbers = patterns.Select(pattern => set.Add(new Glob(pattern))).ToList();

                    var matching = set.Matching(text).ToHashSet();

                    Assert.All(
                        patterns.Zip(numbers),
                        pair => Assert.Equal(new Glob(pair.First).Matches(text), matching.Contains(pair.Second))
                    );
                }
            );

    [Fact]
    public void The_first_alias_that_matches_is_used() =>
        Gen.Select(Expression(2).List[1, 8], Text)
            .Sample(
                (patterns, text) =>
                {
                    var aliases = patterns
                        .Select((pattern, i) => (pattern, name: $"{i}:$1:$0"))
                        .Where(alias => IsValid(alias.pattern) && EnginesAgree(alias.pattern, text))
                        .ToList();
                    var naming = new Naming([.. aliases.Select(alias => Parsed(alias.pattern, alias.name))], []);

                    var first = aliases.Find(alias => Whole(alias.pattern).IsMatch(text));
                    if (first.pattern is null)
                    {
                        Assert.Equal(text, naming.Named(text));
                        return;
                    }

                    var named = naming.Named(text);
                    try
                    {
                        Assert.Equal(Backtracking(first.pattern).Replace(text, first.name), named);
                    }
                    catch (Exception e) when (e is RegexMatchTimeoutException or OverflowException)
                    {
                        // The backtracking engine has no result in this case.
                        Assert.Equal(Whole(first.pattern).Replace(text, first.name), named);
                    }
                },
                iter: 300
            );

    /// <summary>
    /// Whether .NET's two engines agree. They differ for loops around empty matches, such as (^*?)*?, for which either
    /// result is correct.
    /// </summary>
    private static bool EnginesAgree(string pattern, string text)
    {
        try
        {
            return Backtracking(pattern).IsMatch(text) == Whole(pattern).IsMatch(text);
        }
        catch (Exception e) when (e is RegexMatchTimeoutException or OverflowException)
        {
            return true;
        }
    }

    [Theory]
    [InlineData(@"(?i)WEB-\d+", "web-7")]
    [InlineData("(?i)k", "\u212A")]
    [InlineData("(?i)\u212A", "K")]
    [InlineData("(?i)[a-c]+", "ABC")]
    [InlineData(@"(?<site>[a-z]+)-\d", "web-1")]
    [InlineData(@"\d+", "٣")]
    [InlineData("a{40}b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")]
    [InlineData("(a|b){3}", "aba")]
    [InlineData("(web|db|)-(a|b|c|d)(1|2|3|4)(x|y|z)?", "-d4")]
    [InlineData("x{y", "x{y")]
    [InlineData(@"[\w-[b]]+", "abc", false)]
    [InlineData(@"[\w-[b]]+", "aac")]
    [InlineData(@"[\w-]+", "a-b")]
    [InlineData("(?:a+)+c", "aaac")]
    [InlineData(@"a#b c\]}", "a#b c]}")]
    public void An_alias_matches_what_its_expression_matches(string pattern, string text, bool matches = true)
    {
        var naming = new Naming([Parsed("other", "o"), Parsed(pattern, "found")], []);

        Assert.Equal(matches ? "found" : text, naming.Named(text));
    }

    [Fact]
    public void An_alias_that_would_backtrack_endlessly_still_has_a_result()
    {
        var naming = new Naming([Parsed("(a*)*b", "never"), Parsed("(a+)+", "many")], []);

        Assert.Equal("many", naming.Named(new string('a', 60)));
    }

    [Fact]
    public void The_first_name_of_the_longest_network_names_an_address()
    {
        static NetworkName Network(string network, string name) =>
            NetworkName.TryParse(network, name, out var named, out var problem)
                ? named
                : throw new ArgumentException(problem);

        static IpAddress Address(string text) =>
            IpAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);
        var naming = new Naming(
            [],
            [
                Network("0.0.0.0/0", "all"),
                Network("10.9.0.0/16", "first"),
                Network("10.9.0.0/16", "second"),
                Network("10.0.0.0/8", "ten"),
                Network("::/0", "six"),
            ]
        );

        Assert.Equal(
            ["first", "ten", "all", "six"],
            ((string[])["10.9.1.1", "10.8.1.1", "11.0.0.1", "fd00::1"]).Select(address =>
                naming.NetworkOf(Address(address))
            )
        );
    }

    [Fact]
    public void A_port_set_is_within_another_if_each_port_is() =>
        Gen.Select(Ports(), Ports())
            .Sample(
                (given, other) =>
                {
                    static bool Has(IReadOnlyList<(int First, int Last)> ranges, int port) =>
                        ranges.Any(range => range.First <= port && port <= range.Last);

                    var expected = Enumerable
                        .Range(0, ushort.MaxValue + 1)
                        .All(port => !Has(given, port) || Has(other, port));

                    Assert.Equal(expected, Set(given).IsWithin(Set(other)));
                }
            );

    private static Gen<List<(int First, int Last)>> Ports() =>
        Gen.Select(
            Gen.OneOf(0, 1, 2, 3, 65530, 65534),
            Gen.OneOf(0, 1, 2, 5, 40000),
            (first, more) => (first, Math.Min(first + more, ushort.MaxValue))
        ).List[1, 4];

    private static PortSet Set(List<(int First, int Last)> ranges) =>
        PortSet.TryParse(ranges.Select(range => $"{range.First}-{range.Last}"), out var ports, out var problem)
            ? ports
            : throw new ArgumentException(problem);

    private static Gen<string> Expression(int depth) =>
        Gen.Select(
                depth == 0
                    ? Atom
                    : Gen.OneOf(
                        Atom,
                        Atom,
                        Gen.Select(
                            Gen.OneOf("(", "(?:", "(?<n>"),
                            Expression(depth - 1),
                            (open, inside) => $"{open}{inside})"
                        )
                    ),
                Quantifier,
                Gen.OneOf("", "", "", "|"),
                (atom, quantifier, or) => $"{atom}{quantifier}{or}"
            )
            .List[1, 5]
            .Select(string.Concat);

    private static bool IsValid(string pattern) => Alias.TryParse(pattern, "x", out _, out _);

    private static Alias Parsed(string pattern, string name) =>
        Alias.TryParse(pattern, name, out var alias, out var problem) ? alias : throw new ArgumentException(problem);

    private static Regex Backtracking(string pattern) =>
        new($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static Regex Whole(string pattern) =>
        new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
