using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Files;

namespace FlowMatrix.Terminal;

/// <summary>Writes output to a file, which is replaced atomically, or to standard output.</summary>
internal static class OutputWriter
{
    /// <param name="path">A file, or null for standard output.</param>
    public static async Task WriteAsync(
        string? path,
        CommandEnvironment environment,
        Func<Stream, Task> write,
        CancellationToken cancel
    )
    {
        if (path is null)
        {
            await WriteToStandardOutputAsync(environment.Output, write, cancel);
            return;
        }

        AtomicFile.CreateFolderOf(path);
        using var file = AtomicFile.Create(path);

        // Some formats notice an interrupt late, and the process does not wait for them.
        await using var interrupted = cancel.Register(file.Discard);
        try
        {
            await write(file.Stream);
        }
        catch (IOException e)
        {
            throw AtomicFile.CannotWrite(path, e);
        }

        file.Commit();
    }

    /// <summary>Writes a short text such as the help.</summary>
    public static void WriteText(string text, Stream standard)
    {
        try
        {
            standard.Write(Encoding.UTF8.GetBytes(text));
            standard.Flush();
        }
        catch (Exception e) when (e is (IOException and not FileNotFoundException) or UnauthorizedAccessException)
        {
            // If a file is not found, it is a part of the program and not standard output.
            StandardOutputFailed(e);
        }
    }

    private static async Task WriteToStandardOutputAsync(
        Stream standard,
        Func<Stream, Task> write,
        CancellationToken cancel
    )
    {
        try
        {
            await write(standard);
            await standard.FlushAsync(cancel);
        }
        catch (Exception e) when (e is (IOException and not FileNotFoundException) or UnauthorizedAccessException)
        {
            // If a file is not found, it is a part of the program and not standard output.
            StandardOutputFailed(e);
        }
    }

    private static void StandardOutputFailed(Exception e)
    {
        // The reader of a pipe closes it when it has enough, as "| head" does.
        if (!IsClosedPipe(e))
        {
            throw new Failure(FailureKind.Input, $"cannot write to standard output: {e.Message}", e);
        }
    }

    /// <summary>EPIPE, or Windows' ERROR_BROKEN_PIPE and ERROR_NO_DATA.</summary>
    public static bool IsClosedPipe(Exception e) =>
        (OperatingSystem.IsWindows() ? e.HResult & 0xFFFF : e.HResult) is 32 or 109 or 232
        || e.InnerException is System.ComponentModel.Win32Exception { NativeErrorCode: 32 };
}
