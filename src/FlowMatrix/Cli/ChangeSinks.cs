using System.Globalization;
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

/// <summary>A terminal that always shows the estate's size and the newest changes, the newest on top.</summary>
internal sealed class ChangeScreen(Surroundings surroundings) : IChangeSink
{
    private const string Home = "\x1b[H";
    private const string EraseToEndOfLine = "\x1b[K";
    private const string EraseBelow = "\x1b[J";

    /// <summary>For the line of numbers and the one below it.</summary>
    private const int HeadLines = 2;

    private readonly ChangeTable _format = new();
    private readonly LinkedList<string> _newest = [];
    private bool _drawn;

    public async Task TellAsync(ChangeBatch? batch, LiveEstate estate, CancellationToken cancel)
    {
        foreach (var line in batch is null ? [] : _format.Lines(batch, new FormatOptions()))
        {
            _newest.AddFirst(line);
            if (_newest.Count > surroundings.TerminalHeight)
            {
                _newest.RemoveLast();
            }
        }

        var width = Math.Max(20, surroundings.TerminalWidth - 1);
        var text = new StringBuilder(_drawn ? Home : $"{Home}{EraseBelow}");
        text.Append(CultureInfo.InvariantCulture, $"{estate.Hosts:N0} hosts, {estate.Sockets:N0} sockets, {estate.Rows:N0} rows, {estate.Changes.Count:N0} changes settling");
        text.Append(EraseToEndOfLine).Append('\n').Append(EraseToEndOfLine).Append('\n');
        foreach (var line in _newest.Take(Math.Max(1, surroundings.TerminalHeight - HeadLines - 1)))
        {
            text.Append(line.Length > width ? $"{line[..(width - 1)]}…" : line).Append(EraseToEndOfLine).Append('\n');
        }

        text.Append(EraseBelow);
        _drawn = true;
        await surroundings.Output.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancel);
        await surroundings.Output.FlushAsync(cancel);
    }
}
