using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace FlowMatrix.Files;

/// <summary>Files that are written beside others and soon gone, unless the process is killed; the next one removes them.</summary>
internal static partial class TemporaryFile
{
    /// <summary>A process knows when it began to a hundredth of a second, a file when it was written to a second at worst.</summary>
    private static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(1);

    /// <summary>A new name that says whose it is, and which process writes it.</summary>
    public static string NameBeside(string target)
    {
        // A file's name may be as long as names can be.
        var name = Path.GetFileName(target);
        return Path.Combine(
            Path.GetDirectoryName(target)!,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name[..Math.Min(name.Length, 50)]}.flowmatrix-{Environment.ProcessId}-{Path.GetRandomFileName()[..8]}.tmp"
            )
        );
    }

    /// <summary>
    /// Removes what processes that were killed have left in a folder. What a process still writes is locked; the number in
    /// its name tells it from one that has no lock yet, or none any more.
    /// </summary>
    public static void RemoveLeftovers(string folder)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.tmp"))
            {
                if (
                    Name().Match(Path.GetFileName(file)) is { Success: true } name
                    && !MayRun(name.Groups["process"].ValueSpan, File.GetLastWriteTimeUtc(file))
                )
                {
                    RemoveUnlocked(file);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder isn't there yet, or may not be listed.
        }
    }

    private static void RemoveUnlocked(string file)
    {
        try
        {
            File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose)
                .Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is somebody else's then, and in nobody's way.
        }
    }

    /// <summary>Whether the process that has written a file may still be at it: it began before the file.</summary>
    private static bool MayRun(ReadOnlySpan<char> number, DateTime written)
    {
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return process.StartTime.ToUniversalTime() <= written + ClockStep;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended just now, or it is another user's.
            return true;
        }
    }

    [GeneratedRegex(@"\.flowmatrix-(?<process>[0-9]{1,10})-[a-z0-9]{8}\.tmp$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
