using CsCheck;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Filters;
using FlowMatrix.Live;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Tests.Core.Matching;
using FlowMatrix.Tests.Core.Views;

namespace FlowMatrix.Tests.Live;

/// <summary>Applying names and filters update by update gives the same rows as for the whole matrix.</summary>
public sealed class LiveViewTests
{
    private static readonly Naming Names = new(
        GroupingTests.Aliased(@"vm-\d|[ab]", "x").Aliases,
        [GroupingTests.Network("10.0.0.0/8", "wide"), GroupingTests.Network("192.0.2.0/24", "office")]
    );

    /// <summary>Networks that have the names of hosts, which appear and disappear.</summary>
    private static readonly Naming NamesOfHosts = new(
        GroupingTests.Aliased(@"vm-[12]", "x").Aliases,
        [
            GroupingTests.Network("192.0.2.0/24", "x"),
            GroupingTests.Network("203.0.113.0/24", "vm-3"),
            GroupingTests.Network("10.0.0.0/8", "b"),
        ]
    );

    [Fact]
    public void Incremental_updates_give_the_same_view_as_the_whole_matrix() =>
        Gen.Int.Sample(seed => CheckSteps(seed), iter: 800);

    [Fact]
    public void A_row_that_moves_between_replicas_is_neither_removed_nor_added()
    {
        var live = new LiveState();
        var shown = new LiveView(live.Matcher.Rows, new View { Naming = GroupingTests.Aliased(@"web-\d", "web") });
        live.Update(new HostSpec("db", ["10.0.0.9"], [Socket("10.0.0.9", 3306, "0.0.0.0", 0, "LISTEN", "mysqld")]));
        live.Update(
            new HostSpec("web-1", ["10.0.0.1"], [Socket("10.0.0.1", 40000, "10.0.0.9", 3306, "ESTABLISHED", "php")])
        );
        Assert.Single(shown.Update(live.Hosts.Keys));

        // Clients are distinguished by their address: replicas with the same one are one row.
        live.Update(new HostSpec("web-1", ["10.0.0.1"], []));
        live.Update(
            new HostSpec("web-2", ["10.0.0.1"], [Socket("10.0.0.1", 40001, "10.0.0.9", 3306, "ESTABLISHED", "php")])
        );

        Assert.Empty(shown.Update(live.Hosts.Keys));
        Assert.Equal(1, shown.Rows.Count);
    }

    [Fact]
    public void A_new_host_with_the_name_of_a_network_changes_what_is_external_after_a_sweep()
    {
        var live = new LiveState();
        Assert.True(FilterTerm.TryParse("external", "hide", not: false, out var hide, out _));
        var view = new View { Naming = NamesOfHosts, Filter = new Filter([hide!]) };
        var shown = new LiveView(live.Matcher.Rows, view);
        live.Update(
            new HostSpec("web", ["10.0.0.3"], [Socket("10.0.0.3", 40000, "192.0.2.1", 80, "ESTABLISHED", "curl")])
        );
        Assert.Empty(shown.Update(live.Hosts.Keys));
        live.Forget(shown.MarkUsed);
        shown.ClearCaches();

        live.Update(
            new HostSpec(
                "vm-2",
                ["10.0.0.2"],
                [
                    Socket("10.0.0.2", 22, "0.0.0.0", 0, "LISTEN", "sshd"),
                    Socket("10.0.0.2", 22, "10.0.0.3", 40001, "ESTABLISHED", "sshd"),
                ]
            )
        );

        shown.Update(live.Hosts.Keys);
        Assert.Equal(
            Lines(view.Pick(live.Whole().Match()).ToMatrix()),
            Lines(shown.ToMatrix(live.Matcher.ScanCounts()))
        );
        Assert.Equal(2, shown.Rows.Count);
    }

    private static void CheckSteps(int seed)
    {
        var random = new Random(seed);
        var terms = Enumerable.Range(0, random.Next(3)).Select(_ => PlainTerm.Random(random)).ToList();
        var view = new View
        {
            Naming = random.Next(3) switch
            {
                0 => Names,
                1 => NamesOfHosts,
                _ => Naming.None,
            },
            Filter = new Filter([.. terms.Select(term => term.Parsed).OfType<FilterTerm>()]),
        };
        var live = new LiveState();
        var shown = new LiveView(live.Matcher.Rows, view);
        var reported = new HashSet<string>();
        for (var step = 0; step < 10; step++)
        {
            live.Step(
                seed % 2 == 0 ? EstateGenerator.Nasty(random.Next()) : EstateGenerator.Realistic(random.Next()),
                random
            );
            foreach (var before in shown.Update(live.Hosts.Keys))
            {
                var key = Key(shown, before.Row);
                Assert.True(before.Exists ? reported.Remove(key) : reported.Add(key), key);
            }

            if (random.Next(4) == 0)
            {
                live.Forget(shown.MarkUsed);
                shown.ClearCaches();
            }

            var found = shown.ToMatrix(live.Matcher.ScanCounts());
            var expected = Lines(view.Pick(live.Whole().Match()).ToMatrix());
            if (!expected.SequenceEqual(Lines(found)))
            {
                Assert.Fail(
                    string.Join(
                        '\n',
                        [.. live.History, string.Join(' ', terms), "expected:", .. expected, "found:", .. Lines(found)]
                    )
                );
            }

            Assert.Equal(
                found.Rows.Select(row => Key(shown, row)).Order(StringComparer.Ordinal),
                reported.Order(StringComparer.Ordinal)
            );
        }
    }

    private static List<string> Lines(Matrix matrix) => [.. Matched.Rows(matrix).Select(row => row.ToString())];

    /// <summary>The key of a row as text.</summary>
    private static string Key(LiveView shown, Row row)
    {
        var builder = new MatrixBuilder(shown.Rows.IdTables);
        builder.Add(row with { Stats = new RowStats(1, Match.Mirror, Direction.Port) });
        return Lines(builder.Build(ScanCounts.None, [])).Single();
    }

    private static SocketSpec Socket(
        string local,
        int localPort,
        string remote,
        int remotePort,
        string state,
        string name
    ) => new("TCP", local, localPort, remote, remotePort, state, $"/bin/{name}", name, 1);
}
