using System.ComponentModel;
using FlowMatrix.Core.Text;
using FlowMatrix.Files;

namespace FlowMatrix.Terminal;

/// <summary>Standard input, output and error. The caller may have closed them.</summary>
internal static class StandardStreams
{
    public const string OutOfMemory =
        "not enough memory: raise the limit (ulimit -v, DOTNET_GCHeapHardLimit, that of the container), "
        + "or read less at once";

    private const int Input = 0;
    private const int Output = 1;
    private const int Error = 2;

    /// <summary>
    /// Opens /dev/null for each closed stream. Otherwise the next file that is opened gets its number: messages would
    /// go into an output file, and standard input would be a pipe of the runtime that never ends. Must run before
    /// anything else is opened.
    /// </summary>
    public static void OpenClosed()
    {
        // The system gives the lowest number that is free.
        while (!OperatingSystem.IsWindows() && OpenNull() is { } number && number <= Error) { }
    }

    public static Stream OpenInput() =>
        IsClosed(Input) ? throw new IOException("it is closed") : Console.OpenStandardInput();

    public static Stream OpenOutput() => IsClosed(Output) ? new ClosedStream() : Console.OpenStandardOutput();

    /// <summary>Where messages go: nowhere if standard error is closed.</summary>
    public static TextWriter OpenError() =>
        IsClosed(Error) ? TextWriter.Null : new BestEffortWriter(() => Console.Error);

    /// <summary>
    /// Whether the caller closed it. Its number then belongs to the runtime or to <see cref="OpenClosed"/>.
    /// </summary>
    private static bool IsClosed(int number) => !OperatingSystem.IsWindows() && Posix.IsOwn(number);

    /// <summary>Prints one line about the fault that ends the process, even if the console cannot be used.</summary>
    public static void LastLine(Exception? fault)
    {
        string line;
        try
        {
            line = Printable.Message(Describe(fault));
        }
        catch (Exception e) when (e is IOException or TypeInitializationException or OutOfMemoryException)
        {
            // The rest of the program cannot be loaded.
            line = "cannot run: too few file descriptors, or too little memory (limits: ulimit -n, ulimit -v)";
        }

        if (OperatingSystem.IsWindows())
        {
            OpenError().WriteLine($"flowmatrix: {line}");
        }
        else if (!IsClosed(Error))
        {
            Posix.WriteError($"flowmatrix: {line}\n");
        }
    }

    private static string Describe(Exception? fault)
    {
        var cause = fault?.GetBaseException();
        return IsOutOfMemory(fault) ? OutOfMemory
            : cause is IOException or Win32Exception ? $"cannot run: {cause.Message} (limits: ulimit -n, ulimit -u)"
            : $"unexpected: {cause?.GetType().Name}: {cause?.Message}; "
                + "please report this with the command that you ran";
    }

    public static bool IsOutOfMemory(Exception? e) =>
        e is OutOfMemoryException
        || (e is AggregateException several && several.InnerExceptions.Any(IsOutOfMemory))
        || (e is not null && IsOutOfMemory(e.InnerException));

    /// <returns>The number; null if nothing can be opened, which is reported when a file is needed.</returns>
    private static int? OpenNull()
    {
        try
        {
            var handle = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            var number = (int)handle.DangerousGetHandle();
            if (number <= Error)
            {
                // It stays open.
                handle.SetHandleAsInvalid();
            }

            handle.Dispose();
            return number;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed class ClosedStream : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (count > 0)
            {
                throw new IOException("it is closed");
            }
        }
    }
}
