using System.Diagnostics;
using System.Runtime.Versioning;
using CliWrap;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Processes;

/// <summary>Ctrl-C and other signals end the tool at once, without a partly written file.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SignalTests : IDisposable
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_signal_ends_it_while_it_waits_for_standard_input(string signal)
    {
        var reading = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        var input = PipeSource.Create(
            async (stdin, cancel) =>
            {
                // When the tool has read more than a pipe holds, it has started.
                await stdin.WriteAsync(
                    "["u8.ToArray().Concat(Enumerable.Repeat((byte)' ', 256 * 1024)).ToArray(),
                    cancel
                );
                await stdin.FlushAsync(cancel);
                reading.SetResult();
                await never.Task.WaitAsync(cancel);
            }
        );

        var (code, took, error) = await SignalledAsync(
            Tool.Command("-i", "-", "-o", _folder.PathOf("matrix.csv")).WithStandardInputPipe(input),
            signal,
            reading.Task
        );

        Assert.Equal(130, code);
        Assert.InRange(took, TimeSpan.Zero, AtOnce);
        Assert.Equal("", error);
        Assert.Empty(_folder.Files);
    }

    [Theory]
    [InlineData("INT", "[")]
    [InlineData("TERM", "[")]
    [InlineData("INT", "")]
    public async Task A_signal_ends_it_while_an_analyzer_is_slow(string signal, string beginning)
    {
        var asked = new TaskCompletionSource();
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Intercept = async query => query.Number > 1 && await query.StallAsync(beginning, asked) }
        );

        var (code, took, error) = await SignalledAsync(
            Tool.Command(
                "-a",
                analyzer.Address.Authority,
                "-o",
                _folder.PathOf("matrix.csv"),
                "--save",
                _folder.PathOf("saved.json.gz")
            ),
            signal,
            asked.Task
        );

        Assert.Equal(130, code);
        Assert.InRange(took, TimeSpan.Zero, AtOnce);
        Assert.Equal("", error);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task A_signal_ends_it_while_its_output_is_not_read()
    {
        var input = _folder.Write(
            "large.json",
            $"[{string.Join(',', FakeGraph.Generated(400, connections: 5).Nodes.Select(node => node.ToJsonString()))}]"
        );
        var (written, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        var output = PipeTarget.Create(
            async (stdout, cancel) =>
            {
                await stdout.ReadExactlyAsync(new byte[1], cancel);
                written.SetResult();
                await ended.Task.WaitAsync(cancel);
            }
        );

        var (code, took, error) = await SignalledAsync(
            Tool.Command("-i", input).WithStandardOutputPipe(output),
            "INT",
            written.Task,
            ended
        );

        Assert.Equal(130, code);
        Assert.InRange(took, TimeSpan.Zero, AtOnce);
        Assert.Equal("", error);
    }

    [Fact]
    public async Task A_signal_ends_it_while_Graphviz_is_slow()
    {
        Graphviz("kill -INT $PPID\nexec sleep 60");

        var run = await Tool.RunAsync(WithGraphviz());

        Assert.Equal((130, ""), (run.ExitCode, run.Error));
        Assert.InRange(run.RunTime, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal(["dot"], _folder.Files);
    }

    [Fact]
    public async Task A_signal_that_also_ends_Graphviz_is_not_reported_as_a_failure_of_Graphviz()
    {
        // As with Ctrl-C: the terminal sends the signal to both.
        Graphviz("kill -INT $PPID\nexit 130");

        var run = await Tool.RunAsync(WithGraphviz());

        Assert.Equal((130, ""), (run.ExitCode, run.Error));
        Assert.Equal(["dot"], _folder.Files);
    }

    private Command WithGraphviz() =>
        Tool.Command("-i", Sample.Estate, "-o", _folder.PathOf("matrix.png"))
            .WithEnvironmentVariables(variables => variables.Set("PATH", $"{_folder.FullName}:/usr/bin:/bin"));

    private void Graphviz(string script)
    {
        var dot = _folder.Write("dot", $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(dot, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static async Task<(int Code, TimeSpan Took, string Error)> SignalledAsync(
        Command command,
        string signal,
        Task ready,
        TaskCompletionSource? ended = null
    )
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var error = new System.Text.StringBuilder();
        var run = command.WithStandardErrorPipe(PipeTarget.ToStringBuilder(error)).ExecuteAsync(limit.Token);
        await ready.WaitAsync(limit.Token);
        using var process = Process.GetProcessById(run.ProcessId);

        var clock = Stopwatch.StartNew();
        await Tool.SignalAsync(run.ProcessId, signal);
        await process.WaitForExitAsync(limit.Token);
        var took = clock.Elapsed;
        ended?.SetResult();

        return ((await run).ExitCode, took, error.ToString());
    }
}
