using System.Text;
using FlowMatrix.Files;

namespace FlowMatrix.Terminal;

/// <summary>Drops messages that cannot be written: a full disk behind standard error must not end the run.</summary>
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
            catch (Exception e)
                when (e
                        is IOException
                            or UnauthorizedAccessException
                            or ObjectDisposedException
                            or NotSupportedException
                )
            {
                // Without free file descriptors the console cannot be loaded. The system call needs none.
                if (!OperatingSystem.IsWindows())
                {
                    using var text = new StringWriter();
                    write(text);
                    Posix.WriteError(text.ToString());
                }
            }
        }
    }
}
