using System.CommandLine;
using System.CommandLine.Parsing;
using FlowMatrix.Core;
using FlowMatrix.Files;

namespace FlowMatrix.Commands;

/// <summary>
/// Refuses to write over what is read, and two things to one file: a slip on the command line would destroy a policy or
/// a saved answer without a word.
/// </summary>
internal static class OutputConflicts
{
    private static readonly string[] Read =
    [
        "--input",
        "--policy",
        "--config",
        "--baseline",
        "--cacert",
        "--cert",
        "--key",
        "--cert-key",
        "--password-file",
    ];

    private static readonly string[] Written = ["--output", "--save", "--report"];

    public static void RefuseOverwriting(ParseResult parsed)
    {
        var files = Files(parsed.CommandResult).Where(file => file.Target is not null).ToList();
        foreach (var written in files.Where(file => file.IsWritten))
        {
            if (files.FirstOrDefault(other => other != written && IsSame(other, written)) is { } other)
            {
                throw new Failure(
                    FailureKind.Usage,
                    $"{written.Name} {written.Path} would overwrite the file that "
                        + $"{other.Name} {(other.IsWritten ? "writes" : "reads")}: use another file"
                );
            }
        }
    }

    /// <summary>What runs left that were killed while they wrote beside the same files.</summary>
    public static void RemoveLeftovers(ParseResult parsed)
    {
        foreach (
            var folder in Files(parsed.CommandResult)
                .Where(file => file is { IsWritten: true, Target: not null })
                .Select(file => Path.GetDirectoryName(file.Target))
                .Distinct()
        )
        {
            if (folder is not null)
            {
                TemporaryFile.RemoveLeftovers(folder);
            }
        }
    }

    /// <summary>By name, or by another name of the same file (a hard link).</summary>
    private static bool IsSame(UsedFile one, UsedFile other) =>
        one.Target == other.Target
        || (Posix.IdentityOf(one.Target!) is { } identity && identity == Posix.IdentityOf(other.Target!));

    private static IEnumerable<UsedFile> Files(CommandResult command)
    {
        foreach (var result in command.Children)
        {
            var (name, written) = result switch
            {
                OptionResult { Implicit: false } option when Written.Contains(option.Option.Name) => (
                    option.Option.Name,
                    true
                ),
                OptionResult { Implicit: false } option when Read.Contains(option.Option.Name) => (
                    option.Option.Name,
                    false
                ),
                ArgumentResult argument => ($"<{argument.Argument.Name}>", false),
                _ => (null, false),
            };
            if (name is not null)
            {
                foreach (var token in result.Tokens)
                {
                    // --report has the form before the file; what has no file goes to standard output.
                    var path =
                        name != "--report" ? token.Value
                        : token.Value.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at
                            ? token.Value[(at + 1)..]
                        : "-";
                    yield return new UsedFile(
                        name,
                        path,
                        written ? Target(path) : Target(path) ?? BehindStandardInput(path),
                        written
                    );
                }
            }
        }
    }

    /// <summary>Null for what is no file that could be destroyed.</summary>
    private static string? Target(string path)
    {
        try
        {
            return path is "-" or "" ? null
                : AtomicFile.ResolveLinks(path) is var target && !AtomicFile.IsSpecialFile(target) ? target
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Whoever opens it says what is wrong with it.
            return null;
        }
    }

    /// <summary>The file that a shell gave as standard input; null where it is none.</summary>
    private static string? BehindStandardInput(string path)
    {
        try
        {
            return
                path == "-"
                && OperatingSystem.IsLinux()
                && File.ResolveLinkTarget("/proc/self/fd/0", returnFinalTarget: true) is FileInfo { Exists: true } file
                ? Target(file.FullName)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record UsedFile(string Name, string Path, string? Target, bool IsWritten);
}
