using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Events;
using FlowMatrix.Files;
using FlowMatrix.Terminal;

namespace FlowMatrix.Live;

/// <summary>Writes live events as lines to standard output, or appends them to a file. Each line is flushed.</summary>
internal sealed class EventLineWriter : IEventSink, IDisposable
{
    private readonly WatchRequest _request;
    private readonly Stream _stream;
    private string? _header;

    public EventLineWriter(WatchRequest request, CommandEnvironment environment)
    {
        _request = request;
        try
        {
            RequireEventFile(request);
            if (request.Path is not null)
            {
                AtomicFile.CreateFolderOf(request.Path);
            }

            _stream = request.Path is null
                ? environment.Output
                : new FileStream(request.Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw AtomicFile.CannotWrite(request.Path!, e);
        }

        if (request.Path is not null && _stream.CanSeek && EndsInPartialLine(request.Path))
        {
            // The previous writer was stopped within a line: end it, so that the next line is a line of its own.
            _stream.WriteByte((byte)'\n');
        }

        var isNew = request.Path is null || !_stream.CanSeek || _stream.Position == 0;
        _header = isNew ? request.Format.Header(request.Options) : null;
    }

    /// <summary>Refuses to append to a file that holds anything but live events.</summary>
    private static void RequireEventFile(WatchRequest request)
    {
        if (Directory.Exists(request.Path))
        {
            throw new Failure(FailureKind.Input, $"cannot write {request.Path}: it is a folder");
        }

        if (
            request.Path is not null
            && new FileInfo(request.Path) is { Exists: true, Length: > 0 }
            && !request.Format.Begins(FirstLine(request.Path), request.Options)
        )
        {
            throw new Failure(
                FailureKind.Usage,
                $"--output {request.Path}: already exists and does not hold live events as "
                    + $"{request.Format.Name}: use another file"
            );
        }
    }

    private static bool EndsInPartialLine(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        if (file.Length == 0)
        {
            return false;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }

    private static string FirstLine(string path)
    {
        using var text = new StreamReader(path);
        var beginning = new char[4096];
        return new string(beginning, 0, text.ReadBlock(beginning)).Split('\n')[0].TrimEnd('\r');
    }

    public async Task WriteAsync(EventBatch? batch, LiveEstate estate)
    {
        if (_header is not null)
        {
            await WriteLineAsync(_header);
            _header = null;
        }

        foreach (var line in batch is null ? [] : _request.Format.Lines(batch, _request.Options))
        {
            await WriteLineAsync(line);
        }
    }

    public void Dispose()
    {
        if (_request.Path is not null)
        {
            _stream.Dispose();
        }
    }

    private async Task WriteLineAsync(string line)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
        await _stream.FlushAsync();
    }
}
