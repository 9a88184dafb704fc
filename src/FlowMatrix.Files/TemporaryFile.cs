using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace FlowMatrix.Files;

/// <summary>Names temporary files beside their targets, and removes those that killed processes left behind.</summary>
internal static partial class TemporaryFile
{
    /// <summary>
    /// Tolerance for comparing two times: a file system may store write times in whole seconds only, while the start of
    /// a process is known to a hundredth of a second.
    /// </summary>
    private static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(1);

    /// <summary>A new name, which contains the target's name and the ID of this process.</summary>
    public static string NameBeside(string target)
    {
        // The target's name is cut, because it may have the maximum length already.
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
    /// Removes the files that killed processes left in a folder. A file that is still written is locked. The process ID
    /// in its name protects it also in the moments before and after it is locked.
    /// </summary>
    public static void RemoveLeftovers(string folder)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.tmp"))
            {
                if (
                    Name().Match(Path.GetFileName(file)) is { Success: true } name
                    && !MayBeRunning(name.Groups["process"].ValueSpan, File.GetLastWriteTimeUtc(file))
                )
                {
                    RemoveUnlocked(file);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder does not exist yet, or cannot be listed.
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
            // Another process or user owns it. It does no harm.
        }
    }

    /// <summary>
    /// Whether the process that wrote a file may still be running: it started before the file was written.
    /// </summary>
    private static bool MayBeRunning(ReadOnlySpan<char> number, DateTime written)
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
            // It has just ended, or belongs to another user.
            return true;
        }
    }

    [GeneratedRegex(@"\.flowmatrix-(?<process>[0-9]{1,10})-[a-z0-9]{8}\.tmp$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
