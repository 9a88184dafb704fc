using System.Text;
using FlowMatrix.Commands;
using FlowMatrix.Terminal;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Testing;

/// <summary>
/// A run of the tool inside the test process. A test can wait for a part of its output while it runs.
/// </summary>
internal sealed class ToolRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly LineStream _output = new();
    private readonly LineStream _errors = new();
    private readonly LineWriter _error;

    private ToolRun(TimeProvider time, string[] arguments)
    {
        _error = new LineWriter(_errors);
        var environment = new CommandEnvironment
        {
            Input = () => Stream.Null,
            Output = _output,
            Error = _error,
            Variable = _ => null,
            Time = time,
        };
        Exit = Task.Run(() => CommandLine.RunAsync(arguments, environment, _cancel.Token));
    }

    public Task<int> Exit { get; }

    public string Output => _output.Text;

    public string Error => _errors.Text;

    /// <summary>Starts "watch -v" on an analyzer.</summary>
    public static ToolRun Watch(FakeAnalyzer analyzer, params string[] more) =>
        Watch(TimeProvider.System, analyzer, more);

    public static ToolRun Watch(TimeProvider time, FakeAnalyzer analyzer, params string[] more) =>
        Start(time, ["watch", "-v", "-a", analyzer.Address.ToString(), .. more]);

    public static ToolRun Start(params string[] arguments) => Start(TimeProvider.System, arguments);

    public static ToolRun Start(TimeProvider time, params string[] arguments) => new(time, arguments);

    public static async Task<(int Exit, string Output, string Error)> ToEndAsync(params string[] arguments)
    {
        await using var run = Start(arguments);
        return (await run.ExitAsync(), run.Output, run.Error);
    }

    /// <summary>Waits for the end of a run that ends by itself.</summary>
    public Task<int> ExitAsync() => Exit.WaitAsync(TimeSpan.FromSeconds(90));

    public Task<string> OutputAsync(string part) => UntilAsync(_output, Contains(part), part);

    public Task<string> ErrorAsync(string part) => UntilAsync(_errors, Contains(part), part);

    public Task<string> ErrorAsync(Func<string, bool> condition) => UntilAsync(_errors, condition, "the expected text");

    public async Task<int> InterruptAsync()
    {
        await _cancel.CancelAsync();
        return await Exit.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Interrupts the run, and waits until it no longer touches any file of the test.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cancel.CancelAsync();
        await Task.WhenAny(Exit, Task.Delay(TimeSpan.FromSeconds(30)));
        _cancel.Dispose();
        _error.Dispose();
        _errors.Dispose();
        _output.Dispose();
    }

    private static Func<string, bool> Contains(string part) => text => text.Contains(part, StringComparison.Ordinal);

    private async Task<string> UntilAsync(LineStream stream, Func<string, bool> condition, string part)
    {
        var found = stream.WaitFor(condition);
        var first = await Task.WhenAny(found, Exit, Task.Delay(TimeSpan.FromSeconds(60)));
        if (first != found && !found.IsCompleted)
        {
            throw new InvalidOperationException($"\"{part}\" did not appear\nstdout:\n{Output}\nstderr:\n{Error}");
        }

        return stream.Text;
    }

    private sealed class LineWriter(LineStream stream) : StreamWriter(stream, new UTF8Encoding(false))
    {
        public override bool AutoFlush => true;
    }

    /// <summary>Keeps what is written, and completes the tasks that wait for a part of it.</summary>
    private sealed class LineStream : MemoryStream
    {
        private readonly Lock _lock = new();
        private readonly List<(Func<string, bool> Condition, TaskCompletionSource Found)> _waiting = [];

        public string Text
        {
            get
            {
                lock (_lock)
                {
                    return Encoding.UTF8.GetString(GetBuffer(), 0, (int)Length);
                }
            }
        }

        public Task WaitFor(Func<string, bool> condition)
        {
            lock (_lock)
            {
                var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add((condition, found));
                Notify();
                return found.Task;
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

        public override void Write(byte[] buffer, int offset, int count)
        {
            lock (_lock)
            {
                base.Write(buffer, offset, count);
                Notify();
            }
        }

        private void Notify()
        {
            var text = Encoding.UTF8.GetString(GetBuffer(), 0, (int)Length);
            foreach (var (_, found) in _waiting.Where(waiting => waiting.Condition(text)))
            {
                found.TrySetResult();
            }
        }
    }
}
