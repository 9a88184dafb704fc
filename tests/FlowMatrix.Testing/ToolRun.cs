using System.Text;
using FlowMatrix.Commands;
using FlowMatrix.Terminal;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Testing;

/// <summary>
/// A run of the tool inside the test process. A test can wait for a part of its output while it runs.
/// </summary>
internal sealed class ToolRun : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly LineStream _output = new();
    private readonly LineStream _errors = new();
    private readonly LineWriter _error;

    private ToolRun(string[] arguments)
    {
        _error = new LineWriter(_errors);
        var environment = new CommandEnvironment
        {
            Input = () => Stream.Null,
            Output = _output,
            Error = _error,
            Variable = _ => null,
        };
        Exit = Task.Run(() => CommandLine.RunAsync(arguments, environment, _cancel.Token));
    }

    public Task<int> Exit { get; }

    public string Output => _output.Text;

    public string Error => _errors.Text;

    /// <summary>Starts "watch -v" on an analyzer.</summary>
    public static ToolRun Watch(FakeAnalyzer analyzer, params string[] more) =>
        Start(["watch", "-v", "-a", analyzer.Address.ToString(), .. more]);

    public static ToolRun Start(params string[] arguments) => new(arguments);

    public static async Task<(int Exit, string Output, string Error)> ToEndAsync(params string[] arguments)
    {
        using var run = Start(arguments);
        var exit = await run.Exit.WaitAsync(TimeSpan.FromSeconds(90));
        return (exit, run.Output, run.Error);
    }

    public Task<string> OutputAsync(string part) => Await(_output, part);

    public Task<string> ErrorAsync(string part) => Await(_errors, part);

    public async Task<int> InterruptAsync()
    {
        await _cancel.CancelAsync();
        return await Exit.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public void Dispose()
    {
        _cancel.Cancel();
        _cancel.Dispose();
        _error.Dispose();
        _errors.Dispose();
        _output.Dispose();
    }

    private async Task<string> Await(LineStream stream, string part)
    {
        var found = stream.WaitFor(part);
        var first = await Task.WhenAny(found, Exit, Task.Delay(TimeSpan.FromSeconds(20)));
        if (first != found && !found.IsCompleted)
        {
            throw new InvalidOperationException($"\"{part}\" never came\nstdout:\n{Output}\nstderr:\n{Error}");
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
        private readonly List<(string Part, TaskCompletionSource Came)> _waiting = [];

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

        public Task WaitFor(string part)
        {
            lock (_lock)
            {
                var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add((part, came));
                Notify();
                return came.Task;
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
            foreach (var (_, came) in _waiting.Where(waiting => text.Contains(waiting.Part, StringComparison.Ordinal)))
            {
                came.TrySetResult();
            }
        }
    }
}
