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
/// The file of a recording: written whole each time, and then put in the place of the one before, so that it is
/// complete whenever the process ends. Its name says whether it is compressed.
/// </summary>
internal sealed class RecordingFile(string path)
{
    private const string Zipped = ".gz";

    private readonly NdjsonFormat _rows = new();

    /// <summary>The file as this process left it; null where there was none.</summary>
    private (DateTime Written, long Length)? _left;

    public string Path => path;

    /// <summary>Whether a name ends as a recording's may: no other format is written there.</summary>
    public static bool IsRightName(string path, out string ending)
    {
        var plain = path.EndsWith(Zipped, StringComparison.OrdinalIgnoreCase) ? path[..^Zipped.Length] : path;
        ending = System.IO.Path.GetExtension(plain);
        return FormatList.ForFile(plain) is null or NdjsonFormat;
    }

    /// <summary>
    /// The recording that the file holds; null where there is no such file. It can be written when this returns.
    /// </summary>
    /// <exception cref="Failure">It is something else, cannot be read or cannot be written.</exception>
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

        _left = Now();
        return _left is null
            ? null
            : MatrixFile.TryReadRecording(path, cancel)
                ?? throw new Failure(
                    FailureKind.Usage,
                    $"--output {path}: already exists and is not a recording: it is not overwritten; use another file"
                );
    }

    /// <summary>Whether somebody else has written to the file: then it isn't written any more.</summary>
    public bool IsOfOthers => Now() is { } now && now != _left;

    /// <exception cref="Failure">It cannot be written; then it is as it was.</exception>
    public void Write(Recording recording)
    {
        try
        {
            using var file = AtomicFile.Create(path);
            if (path.EndsWith(Zipped, StringComparison.OrdinalIgnoreCase))
            {
                using var zip = new GZipStream(file.Stream, CompressionLevel.Fastest, leaveOpen: true);
                WriteTo(zip, recording);
            }
            else
            {
                WriteTo(file.Stream, recording);
            }

            file.Commit();
            _left = Now();
        }
        catch (IOException e)
        {
            throw AtomicFile.CannotWrite(path, e);
        }
    }

    private (DateTime Written, long Length)? Now() =>
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
