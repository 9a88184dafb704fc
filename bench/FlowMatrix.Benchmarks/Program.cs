using BenchmarkDotNet.Running;
using FlowMatrix.Benchmarks;

BenchmarkSwitcher.FromTypes([typeof(MatcherBenchmark)]).Run(args);
