using BenchmarkDotNet.Running;
using FlowMatrix.Benchmarks;

BenchmarkSwitcher.FromTypes([typeof(MatcherBenchmark), typeof(ViewBenchmark)]).Run(args);
