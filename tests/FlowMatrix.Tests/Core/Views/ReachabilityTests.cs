using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Views;

public sealed class ReachabilityTests
{
    private static readonly string[] Targets =
    [
        "vm-1",
        "vm-*:80",
        "vm-2:5000",
        "10.0.0.1",
        "10.0.0.2:53",
        "[fd00::1]:80",
        "none",
    ];

    [Fact]
    public void Rows_on_chains_to_a_target_are_those_of_a_plain_search() =>
        FilterTests.OnEstates(
            (random, matrix) =>
            {
                var (text, depth) = (
                    Targets[random.Next(Targets.Length)],
                    random.Next(4) is > 0 and var n ? n : (int?)null
                );

                var found = new View { Reaches = [Parsed(text)], Depth = depth }
                    .Pick(matrix)
                    .ToMatrix();

                Assert.Equal(
                    Search(matrix, leg => Serves(text, leg.Row), (leg, next) => Joins(next, leg), depth),
                    [.. Matched.Rows(found)]
                );
            }
        );

    [Fact]
    public void Rows_on_chains_from_a_target_are_those_of_a_plain_search() =>
        FilterTests.OnEstates(
            (random, matrix) =>
            {
                var (text, depth) = (
                    Targets[random.Next(Targets.Length)],
                    random.Next(4) is > 0 and var n ? n : (int?)null
                );
                var legs = Legs(matrix);

                var found = new View { ReachableFrom = [Parsed(text)], Depth = depth }
                    .Pick(matrix)
                    .ToMatrix();

                bool Begins(Leg leg) =>
                    Port(text) is null
                        ? Is(Host(text), leg.Row.ClientHost, leg.Row.ClientAddress)
                        : legs.Any(serving => Serves(text, serving.Row) && Joins(serving, leg));
                Assert.Equal(Search(matrix, Begins, Joins, depth), [.. Matched.Rows(found)]);
            }
        );

    [Fact]
    public void A_chain_continues_through_a_process_that_is_both_service_and_client()
    {
        var matrix = Chain().Match();

        Assert.Equal(3, Rows(new View { Reaches = [Parsed("db:3306")] }));
        Assert.Equal(2, Rows(new View { Reaches = [Parsed("db:3306")], Depth = 2 }));
        Assert.Equal(1, Rows(new View { Reaches = [Parsed("db:3306")], Depth = 1 }));
        Assert.Equal(2, Rows(new View { ReachableFrom = [Parsed("web:80")] }));
        Assert.Equal(1, Rows(new View { Reaches = [Parsed("db")], ReachableFrom = [Parsed("app")] }));
        Assert.Equal(0, Rows(new View { Reaches = [Parsed("db:80")] }));

        int Rows(View view) => view.Pick(matrix).ToMatrix().Rows.Length;
    }

    /// <summary>user -> web -> app -> db.</summary>
    internal static EstateSpec Chain() =>
        new EstateBuilder()
            .Host("user", "10.0.0.1")
            .Tcp("10.0.0.1:40001", "10.0.0.2:80", "curl")
            .Host("web", "10.0.0.2")
            .Listens("0.0.0.0:80", "nginx")
            .Tcp("10.0.0.2:80", "10.0.0.1:40001", "nginx")
            .Tcp("10.0.0.2:40002", "10.0.0.3:8080", "nginx")
            .Host("app", "10.0.0.3")
            .Listens("0.0.0.0:8080", "java")
            .Tcp("10.0.0.3:8080", "10.0.0.2:40002", "java")
            .Tcp("10.0.0.3:40003", "10.0.0.4:3306", "java")
            .Host("db", "10.0.0.4")
            .Listens("0.0.0.0:3306", "mysqld")
            .Tcp("10.0.0.4:3306", "10.0.0.3:40003", "mysqld")
            .Spec;

    private static List<MatchedRow> Search(
        Matrix matrix,
        Func<Leg, bool> begins,
        Func<Leg, Leg, bool> leadsTo,
        int? depth
    )
    {
        var legs = Legs(matrix);
        var found = legs.Where(begins).ToList();
        for (var step = 1; step != depth; step++)
        {
            var next = legs.Except(found).Where(leg => found.Any(known => leadsTo(known, leg))).ToList();
            if (next.Count == 0)
            {
                break;
            }

            found.AddRange(next);
        }

        return [.. Matched.Rows(matrix).Where(row => found.Any(leg => leg.Row == row))];
    }

    /// <summary>Whether the service of the first leg is the client of the next.</summary>
    private static bool Joins(Leg leg, Leg next) =>
        leg.Row.ServiceHost.Length > 0
        && leg.Row.ServiceProcess != ("", "")
        && leg.Service >= 0
        && (leg.Row.ServiceHost, leg.Row.ServiceProcess, leg.Service)
            == (next.Row.ClientHost, next.Row.ClientProcess, next.Client);

    private static List<Leg> Legs(Matrix matrix) =>
        [
            .. Matched
                .Rows(matrix)
                .SelectMany(
                    (row, number) => matrix.Programs(number).Select(pair => new Leg(row, pair.Service, pair.Client))
                ),
        ];

    /// <summary>Connections of a row between two programs.</summary>
    private sealed record Leg(MatchedRow Row, int Service, int Client);

    private static bool Serves(string target, MatchedRow row) =>
        (Port(target) is null || Port(target) == row.ServicePort)
        && (
            Is(Host(target), row.ServiceHost, row.ServiceAddress)
            || (Host(target).IndexOfAny(['.', ':']) > 0 && row.Via.Split(' ').Contains(Host(target)))
        );

    private static bool Is(string wanted, string host, string address) =>
        wanted == "vm-*" ? host.StartsWith("vm-", StringComparison.Ordinal) : wanted == host || wanted == address;

    private static string Host(string target) =>
        target.StartsWith('[') ? target[1..target.IndexOf(']')] : target.Split(':')[0];

    private static int? Port(string target) =>
        target.Contains(':') ? int.Parse(target[(target.LastIndexOf(':') + 1)..]) : null;

    private static Target Parsed(string text)
    {
        Assert.True(Target.TryParse(text, out var target, out var problem), problem);
        return target;
    }
}
