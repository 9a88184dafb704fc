using System.IO.Compression;
using FlowMatrix.Core;
using FlowMatrix.Core.Recordings;
using FlowMatrix.Files;
using FlowMatrix.Output;
using FlowMatrix.Output.Recordings;
using FlowMatrix.Output.Tables;
using FlowMatrix.Sources.Files;

namespace FlowMatrix.Live;

/// <summary>
/// The file of a recording. Each write replaces the whole file atomically, so that it is complete whenever the process
/// ends. It is compressed if its name ends in ".gz".
/// </summary>
internal sealed class RecordingFile(string path)
{
    private const string GzipEnding = ".gz";

    private readonly NdjsonFormat _rows = new();

    /// <summary>Time and length of the file after the last write of this process; null if there was no file.</summary>
    private (DateTime Written, long Length)? _lastState;

    public string Path => path;

    /// <summary>Whether a file name may be that of a recording: its ending is not that of another format.</summary>
    public static bool IsValidName(string path, out string ending)
    {
        var plain = path.EndsWith(GzipEnding, StringComparison.OrdinalIgnoreCase) ? path[..^GzipEnding.Length] : path;
        ending = System.IO.Path.GetExtension(plain);
        return FormatList.ForFile(plain) is null or NdjsonFormat;
    }

    /// <summary>
    /// Reads the recording in the file, and checks that the file can be written.
    /// </summary>
    /// <returns>Null if the file does not exist.</returns>
    /// <exception cref="Failure">It is not a recording, or cannot be read or written.</exception>
    public SavedRecording? Open(CancellationToken cancel)
    {
        AtomicFile.CreateFolderOf(path);
        using (var trial = AtomicFile.Create(path))
        {
            if (!trial.Replaces)
            {
                throw new Failure(
                    FailureKind.Usage,
                    $"--output {path}: a recording needs a regular file, not a pipe or a device"
                );
            }
        }

        _lastState = CurrentState();
        return _lastState is null
            ? null
            : MatrixFile.TryReadRecording(path, cancel)
                ?? throw new Failure(
                    FailureKind.Usage,
                    $"--output {path}: already exists and is not a recording: it is not overwritten; use another file"
                );
    }

    /// <summary>Whether another process has changed the file. It must then not be overwritten.</summary>
    public bool ChangedByOthers => CurrentState() is { } now && now != _lastState;

    /// <exception cref="Failure">The file cannot be written, and is unchanged.</exception>
    public void Write(Recording recording)
    {
        try
        {
            using var file = AtomicFile.Create(path);
            if (path.EndsWith(GzipEnding, StringComparison.OrdinalIgnoreCase))
            {
                using var zip = new GZipStream(file.Stream, CompressionLevel.Fastest, leaveOpen: true);
                WriteTo(zip, recording);
            }
            else
            {
                WriteTo(file.Stream, recording);
            }

            file.Commit();
            _lastState = CurrentState();
        }
        catch (IOException e)
        {
            throw AtomicFile.CannotWrite(path, e);
        }
    }

    private (DateTime Written, long Length)? CurrentState() =>
        new FileInfo(AtomicFile.ResolveLinks(path)) is { Exists: true } file
            ? (file.LastWriteTimeUtc, file.Length)
            : null;

    private void WriteTo(Stream stream, Recording recording)
    {
        var head = recording.Head;
        RecordingLines.WriteHead(stream, head);
        _rows.Write(recording.ToMatrix(), stream, new FormatOptions(), CancellationToken.None);
        RecordingLines.WriteEnd(stream, head);
    }
}
