using System.Globalization;
using BenchmarkDotNet.Running;
using FlowMatrix.Benchmarks;

// A watch is measured after many updates, which a short benchmark cannot do.
if (args is ["live", var file, var updates])
{
    LiveRun.Run(file, int.Parse(updates, CultureInfo.InvariantCulture), Console.Out);
    return;
}

if (args is ["record", var estate, var scans])
{
    RecordRun.Run(estate, int.Parse(scans, CultureInfo.InvariantCulture), Console.Out);
    return;
}

if (args is ["page", .. var loads])
{
    await PageRun.RunAsync(loads is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 5, Console.Out);
    return;
}

BenchmarkSwitcher.FromTypes([typeof(MatcherBenchmark), typeof(ViewBenchmark)]).Run(args);
