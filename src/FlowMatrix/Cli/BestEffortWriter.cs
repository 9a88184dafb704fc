using System.Text;

namespace FlowMatrix.Cli;

/// <summary>Messages that cannot be written are lost: a full disk under standard error must not end what the tool is there for.</summary>
internal sealed class BestEffortWriter(Func<TextWriter> open) : TextWriter
{
    private readonly Lock _lock = new();
    private TextWriter? _inner;

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Try(inner => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(inner => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(inner => inner.Write(value));

    public override void Flush() => Try(inner => inner.Flush());

    private void Try(Action<TextWriter> write)
    {
        lock (_lock)
        {
            try
            {
                write(_inner ??= open());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException)
            {
                // What opening a console takes may be missing, and then it is worth being told; else there is nowhere left.
                if (_inner is null && !OperatingSystem.IsWindows())
                {
                    using var text = new StringWriter();
                    write(text);
                    Posix.WriteError(text.ToString());
                }
            }
        }
    }
}
