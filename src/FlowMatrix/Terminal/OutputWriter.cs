using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Files;

namespace FlowMatrix.Terminal;

/// <summary>Writes what was asked for where the user wants it: whole, or not at all.</summary>
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

        // Some formats are long in hearing of an interrupt, and nobody waits for them.
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

    /// <summary>Help and the like.</summary>
    public static void WriteText(string text, Stream standard)
    {
        try
        {
            standard.Write(Encoding.UTF8.GetBytes(text));
            standard.Flush();
        }
        catch (Exception e) when (e is (IOException and not FileNotFoundException) or UnauthorizedAccessException)
        {
            // A file that is not found is a part of the program, never standard output.
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
            // A file that is not found is a part of the program, never standard output.
            StandardOutputFailed(e);
        }
    }

    private static void StandardOutputFailed(Exception e)
    {
        // Whoever reads a pipe and closes it has seen enough, as "| head" has.
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
