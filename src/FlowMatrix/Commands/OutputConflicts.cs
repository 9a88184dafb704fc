using System.CommandLine;
using System.CommandLine.Parsing;
using FlowMatrix.Core;
using FlowMatrix.Files;
using FlowMatrix.Options;

namespace FlowMatrix.Commands;

/// <summary>
/// Refuses outputs that would overwrite an input or another output: a typing mistake would destroy a policy or saved
/// answers without a message.
/// </summary>
internal static class OutputConflicts
{
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

    /// <summary>Removes the temporary files that killed runs left beside the same outputs.</summary>
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

    /// <summary>The same path, or two hard links to one file.</summary>
    private static bool IsSame(UsedFile one, UsedFile other) =>
        one.Target == other.Target
        || (Posix.IdentityOf(one.Target!) is { } identity && identity == Posix.IdentityOf(other.Target!));

    private static IEnumerable<UsedFile> Files(CommandResult command)
    {
        foreach (var result in command.Children)
        {
            var (name, file) = result switch
            {
                OptionResult { Implicit: false } option => (option.Option.Name, option.Option.GetFacts().File),
                ArgumentResult argument => ($"<{argument.Argument.Name}>", new OptionFile()),
                _ => ("", null),
            };
            if (file is null)
            {
                continue;
            }

            foreach (var token in result.Tokens)
            {
                var path = file.PathIn(token.Value);
                var target = Target(path) ?? (file.IsWritten ? null : BehindStandardInput(path));
                yield return new UsedFile(name, path, target, file.IsWritten);
            }
        }
    }

    /// <summary>The file that a path leads to; null if nothing there could be overwritten.</summary>
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
            // The problem is reported when the file is opened.
            return null;
        }
    }

    /// <summary>The file that the shell redirected to standard input; null if it is not a file.</summary>
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
