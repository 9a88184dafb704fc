using System.Text;
using FlowMatrix.Formats;
using FlowMatrix.Live;

namespace FlowMatrix.Cli;

/// <summary>Lines on standard output or at the end of a file, each there as soon as it is written.</summary>
internal sealed class ChangeLines : IChangeSink, IDisposable
{
    private readonly WatchRequest _request;
    private readonly Stream _stream;

    public ChangeLines(WatchRequest request, Surroundings surroundings)
    {
        _request = request;
        try
        {
            _stream = request.Path is null
                ? surroundings.Output
                : new FileStream(request.Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw AtomicFile.CannotWrite(request.Path!, e);
        }

        var isNew = request.Path is null || !_stream.CanSeek || _stream.Position == 0;
        if (isNew && request.Format.Header(request.Options) is { } header)
        {
            _stream.Write(Line(header));
            _stream.Flush();
        }
    }

    public async Task TellAsync(ChangeBatch? batch, LiveEstate estate, CancellationToken cancel)
    {
        if (batch is null)
        {
            return;
        }

        foreach (var line in _request.Format.Lines(batch, _request.Options))
        {
            await _stream.WriteAsync(Line(line), cancel);
            await _stream.FlushAsync(cancel);
        }
    }

    public void Dispose()
    {
        if (_request.Path is not null)
        {
            _stream.Dispose();
        }
    }

    private static byte[] Line(string text) => Encoding.UTF8.GetBytes(text + "\n");
}
