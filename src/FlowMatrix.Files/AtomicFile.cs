using FlowMatrix.Core;

namespace FlowMatrix.Files;

/// <summary>
/// A file that is there whole or not at all: written beside its target and renamed onto it by <see cref="Commit"/>.
/// Links are kept, what they lead to is replaced. A pipe or device cannot be replaced and is written straight to.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string _target;
    private readonly string? _temporary;
    private readonly FileStream _stream;
    private bool _committed;

    private AtomicFile(string path, string target, string? temporary, FileStream stream)
    {
        _path = path;
        _target = target;
        _temporary = temporary;
        _stream = stream;
    }

    public Stream Stream => _stream;

    /// <summary>Whether it takes the place of what was there; a pipe or device is only written to.</summary>
    public bool Replaces => _temporary is not null;

    /// <summary>Where there is room for files that belong to this one while it is made.</summary>
    public string Folder => _temporary is null ? Path.GetTempPath() : Path.GetDirectoryName(_temporary)!;

    /// <summary>Makes the folders of a file that isn't there yet.</summary>
    /// <exception cref="Failure">They cannot be made.</exception>
    public static void CreateFolderOf(string path)
    {
        try
        {
            if (TargetOf(path) is var target && !IsOfTheSystem(target) && Path.GetDirectoryName(target) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new Failure(FailureKind.Input, $"cannot write {path}: its folder cannot be created: {e.Message}", e);
        }
    }

    /// <exception cref="Failure">The file cannot be written there.</exception>
    public static AtomicFile Create(string path)
    {
        try
        {
            var target = TargetOf(path);
            if (IsOfTheSystem(target))
            {
                return new AtomicFile(path, target, null, new FileStream(target, FileMode.Append, FileAccess.Write));
            }

            UnixFileMode? mode = null;
            if (File.Exists(target))
            {
                var existing = new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                if (!existing.CanSeek)
                {
                    return new AtomicFile(path, target, null, existing);
                }

                existing.Dispose();
                mode = OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(target);
            }
            else if (Directory.Exists(target))
            {
                throw new Failure(FailureKind.Input, $"cannot write {path}: it is a folder");
            }

            var temporary = TemporaryFile.NameBeside(target);
            var file = new AtomicFile(path, target, temporary, new FileStream(temporary, FileMode.CreateNew));
            try
            {
                if (mode is { } kept && !OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(temporary, kept);
                }
            }
            catch
            {
                file.Dispose();
                throw;
            }

            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CannotWrite(path, e);
        }
    }

    /// <summary>The file itself: what links lead to, in the end, whether it is there or not.</summary>
    public static string TargetOf(string path)
    {
        var full = Path.GetFullPath(path);
        return IsOfTheSystem(full) || new FileInfo(full).LinkTarget is null
            ? full
            : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }

    /// <summary>The one sentence for a file that cannot be written, whatever the system's words.</summary>
    public static Failure CannotWrite(string path, Exception cause) =>
        new(
            FailureKind.Input,
            cause switch
            {
                UnauthorizedAccessException => $"cannot write {path}: permission denied",
                DirectoryNotFoundException => $"cannot write {path}: its folder doesn't exist",
                _ => $"cannot write {path}: {SystemMessage.WithoutPath(cause)}",
            },
            cause
        );

    /// <summary>
    /// A device, or what the shell opened, as lies behind /dev/stdout: to rename a file onto it would destroy the one and
    /// cut the other off. /dev/shm is a folder like any other.
    /// </summary>
    public static bool IsOfTheSystem(string path) =>
        !OperatingSystem.IsWindows()
        && !path.StartsWith("/dev/shm/", StringComparison.Ordinal)
        && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal));

    /// <summary>Makes what was written the file. Nothing can be written after it.</summary>
    /// <exception cref="Failure">The file cannot be written there.</exception>
    public void Commit()
    {
        try
        {
            if (_temporary is null)
            {
                _stream.Dispose();
            }
            else
            {
                Replace(_temporary);
            }

            _committed = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(_path, e);
        }
    }

    /// <summary>On the disk before it has its name, and its name on the disk before anybody is told: a power cut leaves the old or the new.</summary>
    private void Replace(string temporary)
    {
        _stream.Flush(flushToDisk: true);
        if (OperatingSystem.IsWindows())
        {
            _stream.Dispose();
            File.Move(temporary, _target, overwrite: true);
        }
        else
        {
            // Locked until it has its name.
            File.Move(temporary, _target, overwrite: true);
            _stream.Dispose();
            Posix.FlushFolder(Path.GetDirectoryName(_target)!);
        }
    }

    /// <summary>
    /// Removes what was written so far, from any thread: for when the process may end before <see cref="Dispose"/>.
    /// </summary>
    public void Discard()
    {
        try
        {
            if (_temporary is not null)
            {
                File.Delete(_temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Windows deletes no open file; then Dispose does it, if it is still called.
        }
    }

    /// <summary>Without <see cref="Commit"/>: leaves the target as it was and nothing beside it.</summary>
    public void Dispose()
    {
        if (_committed)
        {
            return;
        }

        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // What is thrown away need not reach the disk; why it couldn't was said when it was written.
        }
        finally
        {
            if (_temporary is not null)
            {
                File.Delete(_temporary);
            }
        }
    }
}
