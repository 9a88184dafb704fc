using FlowMatrix.Core;

namespace FlowMatrix.Files;

/// <summary>
/// Replaces a file atomically: the content goes to a temporary file beside the target, and <see cref="Commit"/> renames
/// it to the target. A reader, a crash or a full disk never sees a partial file. Symbolic links stay; the file that
/// they lead to is replaced. A pipe or device cannot be replaced and is written to directly.
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

    /// <summary>Whether the target is replaced; false for a pipe or device, which is written to directly.</summary>
    public bool Replaces => _temporary is not null;

    /// <summary>A folder for further temporary files while this file is written.</summary>
    public string Folder => _temporary is null ? Path.GetTempPath() : Path.GetDirectoryName(_temporary)!;

    /// <summary>Creates the missing folders of a path.</summary>
    /// <exception cref="Failure">They cannot be created.</exception>
    public static void CreateFolderOf(string path)
    {
        try
        {
            if (
                ResolveLinks(path) is var target
                && !IsSpecialFile(target)
                && Path.GetDirectoryName(target) is { } folder
            )
            {
                Directory.CreateDirectory(folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new Failure(FailureKind.Input, $"cannot write {path}: its folder cannot be created: {e.Message}", e);
        }
    }

    /// <summary>Opens a temporary file for the content of this path. An existing file keeps its permissions.</summary>
    /// <exception cref="Failure">The file cannot be written there.</exception>
    public static AtomicFile Create(string path)
    {
        try
        {
            var target = ResolveLinks(path);
            if (IsSpecialFile(target))
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

    /// <summary>The absolute path behind all symbolic links, whether a file exists there or not.</summary>
    public static string ResolveLinks(string path)
    {
        var full = Path.GetFullPath(path);
        return IsSpecialFile(full) || new FileInfo(full).LinkTarget is null
            ? full
            : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }

    /// <summary>The error message for a file that cannot be written.</summary>
    public static Failure CannotWrite(string path, Exception cause) =>
        new(
            FailureKind.Input,
            cause switch
            {
                UnauthorizedAccessException => $"cannot write {path}: permission denied",
                DirectoryNotFoundException => $"cannot write {path}: its folder doesn't exist",
                _ => $"cannot write {path}: {cause.Message}",
            },
            cause
        );

    /// <summary>
    /// Whether a path is a device, or a file that the shell opened, such as the one behind /dev/stdout. Renaming a file
    /// to it would destroy the device, or detach the shell's file. /dev/shm is an ordinary folder.
    /// </summary>
    public static bool IsSpecialFile(string path) =>
        !OperatingSystem.IsWindows()
        && !path.StartsWith("/dev/shm/", StringComparison.Ordinal)
        && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal));

    /// <summary>Replaces the target with what was written. Nothing can be written afterwards.</summary>
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

    /// <summary>
    /// Flushes the content to disk before the rename, and the rename to disk before it returns, so that a power cut
    /// leaves the old file or the new one.
    /// </summary>
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
            // Renamed before it is closed: the lock keeps RemoveLeftovers of another process away from it.
            File.Move(temporary, _target, overwrite: true);
            _stream.Dispose();
            Posix.FlushFolder(Path.GetDirectoryName(_target)!);
        }
    }

    /// <summary>
    /// Removes the temporary file, from any thread, if the process may end before <see cref="Dispose"/> is called.
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
            // Windows cannot delete an open file. Then Dispose deletes it, if it is still called.
        }
    }

    /// <summary>Without <see cref="Commit"/>, removes the temporary file and leaves the target unchanged.</summary>
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
            // The content is discarded, so an error on its last bytes does not matter.
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
