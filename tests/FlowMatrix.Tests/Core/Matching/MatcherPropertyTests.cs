using CsCheck;
using FlowMatrix.Core.Model;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

/// <summary>Compares the matcher with the plain implementation of the rules on thousands of random estates.</summary>
public sealed class MatcherPropertyTests
{
    [Fact]
    public void Nasty_estates_give_the_rows_of_the_plain_implementation() =>
        Gen.Int.Sample(seed => Agrees(Nasty(seed)), iter: 5_000);

    [Fact]
    public void Realistic_estates_give_the_rows_of_the_plain_implementation() =>
        Gen.Int.Sample(
            seed => Agrees(seed % 2 == 0 ? EstateGenerator.Realistic(seed) : NamespaceGenerator.Realistic(seed)),
            iter: 2_000
        );

    [Fact]
    public void The_order_of_hosts_sockets_and_flows_makes_no_difference() =>
        Gen.Select(Gen.Int, Gen.Int)
            .Sample(
                (seed, order) =>
                {
                    var estate = Nasty(seed);
                    Assert.Equal(Ordered(estate.Match()), Ordered(EstateGenerator.Shuffled(estate, order).Match()));
                },
                iter: 2_000
            );

    [Fact]
    public void Rows_are_in_the_documented_order() =>
        Gen.Int.Sample(
            seed =>
            {
                var rows = Matched.Rows(Nasty(seed).Match()).ToList();
                var sorted = rows.OrderBy(row => row.Protocol)
                    .ThenBy(row => row.ServiceHost, StringComparer.Ordinal)
                    .ThenBy(row => Oracle.Sortable(row.ServiceAddress), StringComparer.Ordinal)
                    .ThenBy(row => row.ServicePort)
                    .ThenBy(row => row.ServiceProcess.Name, StringComparer.Ordinal)
                    .ThenBy(row => row.ServiceProcess.Path, StringComparer.Ordinal)
                    .ThenBy(row => row.ClientHost, StringComparer.Ordinal)
                    .ThenBy(row => Oracle.Sortable(row.ClientAddress), StringComparer.Ordinal)
                    .ThenBy(row => row.ClientProcess.Name, StringComparer.Ordinal)
                    .ThenBy(row => row.ClientProcess.Path, StringComparer.Ordinal);
                Assert.Equal(sorted, rows);
            },
            iter: 2_000
        );

    [Fact]
    public void Nasty_estates_cover_every_match_and_every_direction()
    {
        var rows = Enumerable.Range(0, 600).SelectMany(seed => Matched.Rows(Nasty(seed).Match())).ToList();

        foreach (var kind in Enum.GetNames<Match>())
        {
            Assert.True(rows.Count(row => row.Match.Contains(kind, StringComparison.Ordinal)) > 20, kind);
        }

        foreach (var evidence in Enum.GetNames<Direction>())
        {
            Assert.True(rows.Count(row => row.Direction.Contains(evidence, StringComparison.Ordinal)) > 20, evidence);
        }
    }

    /// <summary>Half of the estates have network namespaces and NAT tables.</summary>
    private static EstateSpec Nasty(int seed) =>
        seed % 2 == 0 ? EstateGenerator.Nasty(seed) : NamespaceGenerator.Nasty(seed);

    private static void Agrees(EstateSpec estate)
    {
        if (Difference(estate) is null)
        {
            return;
        }

        for (var smaller = Smaller(estate); smaller is not null; smaller = Smaller(estate))
        {
            estate = smaller;
        }

        Assert.Fail($"{estate}\n{Difference(estate)}");
    }

    private static string? Difference(EstateSpec estate)
    {
        var (expected, found) = (Oracle.Match(estate), Matched.From(estate.Match()));
        if (
            expected.Rows.SequenceEqual(found.Rows)
            && expected.UnmatchedConnections.SequenceEqual(found.UnmatchedConnections)
            && (expected with { Rows = [], UnmatchedConnections = [] })
                == (found with { Rows = [], UnmatchedConnections = [] })
        )
        {
            return null;
        }

        return string.Join(
            '\n',
            [
                "expected:",
                .. expected.Rows,
                .. expected.UnmatchedConnections,
                $"{expected with { Rows = [], UnmatchedConnections = [] }}",
                "found:",
                .. found.Rows,
                .. found.UnmatchedConnections,
                $"{found with { Rows = [], UnmatchedConnections = [] }}",
            ]
        );
    }

    /// <summary>
    /// Returns the estate without one flow, host, socket, address or NAT entry, if the results still differ.
    /// </summary>
    private static EstateSpec? Smaller(EstateSpec estate) =>
        Enumerable
            .Range(0, estate.Flows.Count)
            .Select(i => estate with { Flows = [.. estate.Flows.Where((_, at) => at != i)] })
            .Concat(Enumerable.Range(0, estate.Hosts.Count).SelectMany(h => HostsWithout(estate, h)))
            .FirstOrDefault(smaller => Difference(smaller) is not null);

    private static IEnumerable<EstateSpec> HostsWithout(EstateSpec estate, int h)
    {
        var host = estate.Hosts[h];
        yield return estate with
        {
            Hosts = [.. estate.Hosts.Where((_, at) => at != h)],
        };
        for (var i = 0; i < host.Sockets.Count; i++)
        {
            yield return With(host with { Sockets = [.. host.Sockets.Where((_, at) => at != i)] });
        }

        for (var i = 0; i < host.Addresses.Count; i++)
        {
            yield return With(host with { Addresses = [.. host.Addresses.Where((_, at) => at != i)] });
        }

        for (var i = 0; i < host.Nat.Count; i++)
        {
            yield return With(host with { Nat = [.. host.Nat.Where((_, at) => at != i)] });
        }

        EstateSpec With(HostSpec smaller) =>
            estate with
            {
                Hosts = [.. estate.Hosts.Select((old, at) => at == h ? smaller : old)],
            };
    }

    private static string Ordered(Matrix matrix) =>
        string.Join(
            '\n',
            [
                .. Matched.Rows(matrix).Select((row, i) => row.ToString()),
                .. Matched.UnmatchedConnections(matrix),
                $"{matrix.ScanCounts with { Hosts = [] }}",
                .. matrix.ScanCounts.Hosts.Select(host => host.ToString()),
            ]
        );
}
