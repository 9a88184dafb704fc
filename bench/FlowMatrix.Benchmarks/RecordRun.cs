using System.Diagnostics;
using System.Globalization;
using FlowMatrix.Core;
using FlowMatrix.Core.Recordings;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Core.Views;
using FlowMatrix.Live;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Sources.Skydive.Subscribing;

namespace FlowMatrix.Benchmarks;

/// <summary>
/// Measures what a scan of a recording costs: the thread that follows the analyzer, and the one that writes the file.
/// </summary>
internal static class RecordRun
{
    public static void Run(string estateFile, int scans, TextWriter report)
    {
        var table = new SocketTable();
        using (var stream = File.OpenRead(estateFile))
        {
            new AnswerReader(table, FailureKind.Input, estateFile).Read(stream, CancellationToken.None);
        }

        var (now, seen, observing) = (DateTimeOffset.UnixEpoch, new ScanDelta(Filter.Everything), TimeSpan.Zero);
        var estate = new LiveEstate(TimeSpan.Zero, TimeProvider.System)
        {
            Touched = rows =>
            {
                var clock = Stopwatch.StartNew();
                seen.Add(rows, now, now);
                observing += clock.Elapsed;
            },
        };
        var nodes = table
            .Ranges.Select(range => table.IdTables.Hosts[range.Host])
            .Distinct()
            .Select(name => new NodeVersion(name, name, 1, 1))
            .ToList();
        estate.Apply(new SubscriberEvent(new SubscriberMessage(MessageKind.Reply, nodes, table), table), now);
        Write(report, $"{estate.Rows} rows: all of them seen for the first time in {observing.TotalMilliseconds:0} ms");

        var random = new Random(1);
        var recording = new Recording("30s");
        var folder = Directory.CreateTempSubdirectory("flowmatrix-bench-");
        for (var scan = 1; scan <= scans; scan++)
        {
            var clock = Stopwatch.StartNew();
            recording.Take(new Scan(now, seen, 0));
            var took = clock.Elapsed.TotalMilliseconds;
            var written = new List<string>();
            foreach (var name in (string[])["day.ndjson", "day.ndjson.gz"])
            {
                clock.Restart();
                var file = new RecordingFile(Path.Combine(folder.FullName, name));
                file.Write(recording);
                written.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name} written in {clock.Elapsed.TotalMilliseconds:0} ms "
                            + $"({new FileInfo(file.Path).Length / 1e6:0.0} MB)"
                    )
                );
            }

            Write(
                report,
                $"scan {scan}: {seen.Rows.Count} changes taken in {took:0.0} ms, {recording.Rows} rows; "
                    + $"{string.Join(", ", written)}; heap {GC.GetTotalMemory(forceFullCollection: true) >> 20} MB"
            );

            // Every host once, as in 10 s of a real estate.
            (now, seen, observing) = (now.AddSeconds(30), new ScanDelta(Filter.Everything), TimeSpan.Zero);
            foreach (var range in table.Ranges)
            {
                estate.Apply(new SubscriberEvent(LiveRun.Update(table, range, scan, random), null), now);
            }

            estate.Events.Take(now, all: true);
            Write(
                report,
                $"{table.Ranges.Count} updates of hosts: {observing.TotalMilliseconds:0} ms of them for the recording"
            );
        }

        folder.Delete(recursive: true);
    }

    private static void Write(TextWriter report, string line)
    {
        report.WriteLine(line);
        report.Flush();
    }
}
