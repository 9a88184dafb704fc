using FlowMatrix.Core;
using FlowMatrix.Core.Model;
using FlowMatrix.Output;
using FlowMatrix.Terminal;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Commands;

public sealed class OutputWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_interrupt_leaves_nothing_beside_the_target_even_while_a_format_doesnt_hear_of_it()
    {
        var path = _folder.Write("matrix.txt", "old");
        var format = new DeafFormat();
        using var interrupt = new CancellationTokenSource();
        var writing = Task.Run(() =>
            OutputWriter.WriteAsync(
                path,
                new CommandEnvironment
                {
                    Input = () => Stream.Null,
                    Output = Stream.Null,
                    Error = TextWriter.Null,
                    Variable = _ => null,
                },
                stream => format.WriteAsync(Recorded.Match("hosts.json"), stream, new FormatOptions(), interrupt.Token),
                interrupt.Token
            )
        );
        await format.Begun.Task;
        Assert.Equal(2, _folder.Files.Count());

        await interrupt.CancelAsync();

        Assert.Equal(["matrix.txt"], _folder.Files);
        format.MayEnd.SetResult();
        await Assert.ThrowsAsync<Failure>(() => writing);
        Assert.Equal("old", await File.ReadAllTextAsync(path));
        Assert.Equal(["matrix.txt"], _folder.Files);
    }

    private sealed class DeafFormat : IWriter<Matrix>
    {
        public TaskCompletionSource Begun { get; } = new();

        public TaskCompletionSource MayEnd { get; } = new();

        public async Task WriteAsync(Matrix content, Stream output, FormatOptions options, CancellationToken cancel)
        {
            output.Write("new"u8);
            Begun.SetResult();
            await MayEnd.Task;
        }
    }
}
