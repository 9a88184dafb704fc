using System.Globalization;
using CsCheck;
using FlowMatrix.Core.Model;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

/// <summary>After any updates, the live matcher has the rows that the matcher returns for the same state.</summary>
public sealed class LiveMatcherTests
{
    [Fact]
    public void Updates_of_nasty_estates_give_the_rows_of_the_matcher() =>
        Gen.Int.Sample(seed => Agrees(EstateGenerator.Nasty, seed), iter: 2_000);

    [Fact]
    public void Updates_of_realistic_estates_give_the_rows_of_the_matcher() =>
        Gen.Int.Sample(seed => Agrees(EstateGenerator.Realistic, seed), iter: 1_000);

    [Fact]
    public void An_update_reports_only_rows_that_appeared_or_ended()
    {
        var live = new LiveState();
        live.Update(new HostSpec("vm-1", [], [Socket("10.0.0.1", 80, "0.0.0.0", 0, "LISTEN", "nginx")]));
        live.Matcher.Rows.TakeChanges();

        live.Update(new HostSpec("vm-2", [], [Socket("10.0.0.2", 40000, "10.0.0.1", 80, "ESTABLISHED", "curl")]));
        Assert.Equal([false], live.Matcher.Rows.TakeChanges().Select(before => before.Exists));

        live.Update(
            new HostSpec(
                "vm-2",
                [],
                [
                    Socket("10.0.0.2", 40000, "10.0.0.1", 80, "ESTABLISHED", "curl"),
                    Socket("10.0.0.2", 40001, "10.0.0.1", 80, "ESTABLISHED", "curl"),
                ]
            )
        );
        Assert.Empty(live.Matcher.Rows.TakeChanges());
        Assert.Equal(2, live.Matcher.ToMatrix().Rows.Single().Connections);

        live.Matcher.Remove(live.Matcher.IdTables.Hosts.Add("vm-2"));
        var gone = Assert.Single(live.Matcher.Rows.TakeChanges());
        Assert.Equal((true, 2), (gone.Exists, gone.Row.Connections));
        Assert.Empty(live.Matcher.ToMatrix().Rows);
    }

    [Fact]
    public void Unused_IDs_are_freed_and_assigned_again()
    {
        var live = new LiveState();
        for (var i = 0; i < 500; i++)
        {
            var suffix = i.ToString(CultureInfo.InvariantCulture);
            live.Update(
                new HostSpec(
                    "vm-1",
                    ["10.0.0.1"],
                    [
                        Socket("10.0.0.1", 80, "0.0.0.0", 0, "LISTEN", "nginx"),
                        Socket(
                            "10.0.0.1",
                            80,
                            $"10.9.{i / 250}.{1 + (i % 250)}",
                            40000,
                            "ESTABLISHED",
                            $"worker-{suffix}"
                        ),
                    ]
                )
            );
        }

        var (before, ids) = (Lines(live.Matcher.ToMatrix()), live.Matcher.IdTables);
        var idCount = ids.Addresses.Count;
        live.Forget();

        Assert.True(ids.Addresses.InUse < 10, $"{ids.Addresses.InUse}");
        Assert.True(ids.Processes.InUse < 10, $"{ids.Processes.InUse}");
        Assert.Equal(before, Lines(live.Matcher.ToMatrix()));
        Assert.InRange(ids.Addresses.Add("10.8.0.1"u8), 1, idCount - 1);
    }

    private static void Agrees(Func<int, EstateSpec> generate, int seed)
    {
        var random = new Random(seed);
        var live = new LiveState();
        for (var step = 0; step < 12; step++)
        {
            live.Step(generate(random.Next()), random, canLose: true);
            if (live.Lost.Count > 0)
            {
                // An address of a lost host may have moved, so rows can be compared only after all hosts are back.
                if (random.Next(3) != 0)
                {
                    continue;
                }

                live.ReportLostAgain();
            }

            if (random.Next(8) == 0)
            {
                live.Forget();
            }

            var (expected, found) = (Lines(live.Whole().Match()), Lines(live.Matcher.ToMatrix()));
            if (!expected.SequenceEqual(found))
            {
                Assert.Fail(string.Join('\n', [.. live.History, "expected:", .. expected, "found:", .. found]));
            }
        }
    }

    private static List<string> Lines(Matrix matrix) => [.. Matched.Rows(matrix).Select(row => row.ToString())];

    private static SocketSpec Socket(
        string local,
        int localPort,
        string remote,
        int remotePort,
        string state,
        string name
    ) => new("TCP", local, localPort, remote, remotePort, state, $"/bin/{name}", name, 1);
}
