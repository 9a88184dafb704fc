using System.Diagnostics;
using System.Globalization;
using FlowMatrix.Core;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Live;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Sources.Skydive.Subscribing;

namespace FlowMatrix.Benchmarks;

/// <summary>
/// A watch without the network: all hosts of a generated estate, then updates of one host each, which replace some of
/// its connections by ones with new addresses and processes.
/// </summary>
internal static class LiveRun
{
    /// <summary>The number of sockets of a host that its next scan replaces.</summary>
    private const int Replaced = 20;

    public static void Run(string file, int updates, TextWriter report)
    {
        var table = new SocketTable();
        using (var stream = File.OpenRead(file))
        {
            new AnswerReader(table, FailureKind.Input, file).Read(stream, CancellationToken.None);
        }

        var estate = new LiveEstate(TimeSpan.FromSeconds(15), TimeProvider.System);
        var now = DateTimeOffset.UnixEpoch;
        var clock = Stopwatch.StartNew();
        var nodes = table
            .Ranges.Select(range => table.IdTables.Hosts[range.Host])
            .Distinct()
            .Select(name => new NodeVersion(name, name, 1, 1))
            .ToList();
        estate.Apply(new SubscriberEvent(new SubscriberMessage(MessageKind.Reply, nodes, table), table), now);
        Write(
            report,
            $"{estate.Hosts} hosts, {estate.Sockets} sockets, {estate.Rows} rows: first matrix in "
                + $"{clock.ElapsedMilliseconds} ms"
        );

        var random = new Random(1);
        var times = new List<double>();
        for (var i = 1; i <= updates; i++)
        {
            now += TimeSpan.FromMilliseconds(10);
            var message = Update(table, table.Ranges[random.Next(table.Ranges.Count)], i, random);
            var start = Stopwatch.GetTimestamp();
            estate.Apply(new SubscriberEvent(message, null), now);
            estate.Events.Take(now);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            if (i % (updates / 10) == 0)
            {
                times.Sort();
                Write(
                    report,
                    $"after {i} updates: median {times[times.Count / 2]:0} us, 99 % "
                        + $"{times[times.Count * 99 / 100]:0} us, longest {times[^1]:0} us; heap "
                        + $"{GC.GetTotalMemory(forceFullCollection: true) >> 20} MB, {estate.Rows} rows"
                );
                times.Clear();
            }
        }
    }

    public static SubscriberMessage Update(SocketTable all, SocketRange range, int number, Random random)
    {
        var table = new SocketTable();
        var idMap = new IdMap(all.IdTables, table.IdTables);
        for (var i = range.Start; i < range.End; i++)
        {
            table.Sockets.Add(all.Sockets[i].MapIds(idMap));
        }

        for (var i = 0; i < Replaced; i++)
        {
            ref var socket = ref table.Sockets[random.Next(table.Sockets.Count)];
            if (socket.Kind == SocketKind.Connection)
            {
                var fresh = ((long)number * Replaced) + i;
                socket.Remote = table.IdTables.Addresses.Add(IpAddress.FromV4(0x64000000u + (uint)(fresh & 0xffffff)));
                socket.Process = table.IdTables.Processes.Add(
                    "/usr/bin/passing",
                    string.Create(CultureInfo.InvariantCulture, $"p{fresh}")
                );
            }
        }

        var name = all.IdTables.Hosts[range.Host];
        table.EndHost(table.IdTables.Hosts.Add(name));
        return new SubscriberMessage(MessageKind.Updated, [new NodeVersion(name, name, number + 1, 1)], table);
    }

    private static void Write(TextWriter report, string line)
    {
        report.WriteLine(line);
        report.Flush();
    }
}
