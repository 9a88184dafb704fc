using System.Text;
using FlowMatrix.Matrices;

namespace FlowMatrix.Cli;

/// <summary>Writes a matrix where the user wants it: whole, or not at all.</summary>
internal static class OutputWriter
{
    public static async Task WriteAsync(Output output, Matrix matrix, Surroundings surroundings, CancellationToken cancel)
    {
        if (output.Path is null)
        {
            await WriteToStandardOutputAsync(output, matrix, surroundings.Output, cancel);
            return;
        }

        using var file = AtomicFile.Create(output.Path);
        try
        {
            await output.Format.WriteAsync(matrix, file.Stream, output.Options, cancel);
        }
        catch (IOException e)
        {
            throw AtomicFile.CannotWrite(output.Path, e);
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StandardOutputFailed(e);
        }
    }

    private static async Task WriteToStandardOutputAsync(
        Output output, Matrix matrix, Stream standard, CancellationToken cancel)
    {
        try
        {
            await output.Format.WriteAsync(matrix, standard, output.Options, cancel);
            await standard.FlushAsync(cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
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
    private static bool IsClosedPipe(Exception e) =>
        (OperatingSystem.IsWindows() ? e.HResult & 0xFFFF : e.HResult) is 32 or 109 or 232
        || e.InnerException is System.ComponentModel.Win32Exception { NativeErrorCode: 32 };
}
