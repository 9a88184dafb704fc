using System.Globalization;
using CsCheck;
using FlowMatrix.Matching;
using FlowMatrix.Matrices;
using FlowMatrix.Skydive;
using FlowMatrix.Sockets;
using FlowMatrix.Tables;

namespace FlowMatrix.Tests.Matching;

/// <summary>After any updates the live matcher's rows are those of the matcher on the same state.</summary>
public sealed class LiveMatcherTests
{
    [Fact]
    public void Any_updates_of_nasty_estates_give_the_rows_of_the_whole_estate() =>
        Gen.Int.Sample(seed => Agrees(EstateGenerator.Nasty, seed), iter: 2_000);

    [Fact]
    public void Any_updates_of_realistic_estates_give_the_rows_of_the_whole_estate() =>
        Gen.Int.Sample(seed => Agrees(EstateGenerator.Realistic, seed), iter: 1_000);

    [Fact]
    public void An_update_tells_just_the_rows_that_came_and_went()
    {
        var live = new Live();
        live.Update(new HostSpec("vm-1", [], [Socket("10.0.0.1", 80, "0.0.0.0", 0, "LISTEN", "nginx")]));
        live.Matcher.Rows.TakeChanges();

        live.Update(new HostSpec("vm-2", [], [Socket("10.0.0.2", 40000, "10.0.0.1", 80, "ESTABLISHED", "curl")]));
        Assert.Equal([false], live.Matcher.Rows.TakeChanges().Select(before => before.IsThere));

        live.Update(new HostSpec("vm-2", [], [
            Socket("10.0.0.2", 40000, "10.0.0.1", 80, "ESTABLISHED", "curl"),
            Socket("10.0.0.2", 40001, "10.0.0.1", 80, "ESTABLISHED", "curl"),
        ]));
        Assert.Empty(live.Matcher.Rows.TakeChanges());
        Assert.Equal(2, live.Matcher.ToMatrix().Rows.Single().Connections);

        live.Matcher.Remove(live.Matcher.Vocabulary.Hosts.Add("vm-2"));
        var gone = Assert.Single(live.Matcher.Rows.TakeChanges());
        Assert.Equal((true, 2), (gone.IsThere, gone.Row.Connections));
        Assert.Empty(live.Matcher.ToMatrix().Rows);
    }

    [Fact]
    public void What_left_an_estate_is_forgotten_and_its_numbers_are_given_out_again()
    {
        var live = new Live();
        for (var i = 0; i < 500; i++)
        {
            var number = i.ToString(CultureInfo.InvariantCulture);
            live.Update(new HostSpec("vm-1", ["10.0.0.1"], [
                Socket("10.0.0.1", 80, "0.0.0.0", 0, "LISTEN", "nginx"),
                Socket("10.0.0.1", 80, $"10.9.{i / 250}.{1 + (i % 250)}", 40000, "ESTABLISHED", $"worker-{number}"),
            ]));
        }

        var (before, vocabulary) = (Lines(live.Matcher.ToMatrix()), live.Matcher.Vocabulary);
        var numbers = vocabulary.Addresses.Count;
        live.Forget();

        Assert.True(vocabulary.Addresses.InUse < 10, $"{vocabulary.Addresses.InUse}");
        Assert.True(vocabulary.Processes.InUse < 10, $"{vocabulary.Processes.InUse}");
        Assert.Equal(before, Lines(live.Matcher.ToMatrix()));
        Assert.InRange(vocabulary.Addresses.Add("10.8.0.1"u8), 1, numbers - 1);
    }

    private static void Agrees(Func<int, EstateSpec> generate, int seed)
    {
        var random = new Random(seed);
        var live = new Live();
        var history = new List<string>();
        for (var step = 0; step < 12; step++)
        {
            var next = OneHost(generate(random.Next()), random);
            if (random.Next(6) == 0)
            {
                live.Remove(next.Name);
                history.Add($"without {next.Name}");
            }
            else
            {
                // Mostly the same host with a few other sockets, as between two scans.
                var sockets = random.Next(3) == 0 || !live.State.TryGetValue(next.Name, out var old)
                    ? next.Sockets
                    : [.. old.Sockets.Where(_ => random.Next(4) != 0), .. next.Sockets.Where(_ => random.Next(4) == 0)];
                live.Update(next with { Sockets = sockets });
                history.Add(new EstateSpec([next with { Sockets = sockets }], [], false).ToString());
            }

            if (random.Next(8) == 0)
            {
                live.Forget();
            }

            var (expected, found) = (Lines(live.Whole().Match()), Lines(live.Matcher.ToMatrix()));
            if (!expected.SequenceEqual(found))
            {
                Assert.Fail(string.Join('\n', [.. history, "expected:", .. expected, "found:", .. found]));
            }
        }
    }

    private static HostSpec OneHost(EstateSpec estate, Random random)
    {
        var name = estate.Hosts[random.Next(estate.Hosts.Count)].Name;
        var parts = estate.Hosts.Where(host => host.Name == name).ToList();
        return new HostSpec(name, [.. parts.SelectMany(part => part.Addresses)], [.. parts.SelectMany(part => part.Sockets)]);
    }

    private static List<string> Lines(Matrix matrix) => [.. Matched.Rows(matrix).Select(row => row.ToString())];

    private static SocketSpec Socket(string local, int localPort, string remote, int remotePort, string state, string name) =>
        new("TCP", local, localPort, remote, remotePort, state, $"/bin/{name}", name, 1);

    /// <summary>A live matcher beside what it should know.</summary>
    private sealed class Live
    {
        public LiveMatcher Matcher { get; } = new(new Vocabulary());

        public Dictionary<string, HostSpec> State { get; } = [];

        public void Update(HostSpec host)
        {
            State[host.Name] = host;
            Matcher.SetInterfaces(Interfaces());
            var table = new SocketTable();
            new AnswerReader(table, FailureKind.Input, "test").Read(
                new MemoryStream(new EstateSpec([host], [], false).Json()), CancellationToken.None);
            var translation = new Translation(table.Vocabulary, Matcher.Vocabulary);
            Matcher.Update(
                translation.Host(table.Ranges.Single().Host),
                Enumerable.Range(0, table.Sockets.Count).Select(i => translation.Socket(table.Sockets[i])));
        }

        public void Remove(string name)
        {
            if (State.TryGetValue(name, out var host))
            {
                // A host that no longer reports keeps its interfaces.
                State[name] = host with { Sockets = [] };
                Matcher.Remove(Matcher.Vocabulary.Hosts.Add(name));
            }
        }

        public void Forget()
        {
            var used = new VocabularyUse(Matcher.Vocabulary);
            Matcher.MarkUsed(used);
            Matcher.Vocabulary.Keep(used);
        }

        public EstateSpec Whole() => new([.. State.Values], [], false);

        private List<(int Address, int Host)> Interfaces() => [.. State.Values.SelectMany(host => host.Addresses.Select(address =>
            (Matcher.Vocabulary.Addresses.Add(System.Text.Encoding.UTF8.GetBytes(address)), Matcher.Vocabulary.Hosts.Add(host.Name))))];
    }
}
