using System.Globalization;
using System.Text;
using FlowMatrix.Core.Events;
using FlowMatrix.Core.Text;
using FlowMatrix.Output.Events;
using FlowMatrix.Terminal;

namespace FlowMatrix.Live;

/// <summary>
/// Shows the size of the estate and the newest live events on a terminal, newest first. No terminal mode stays set
/// after a frame is drawn, so nothing has to be restored however the tool ends. The previous content scrolls up, and
/// the last frame stays.
/// </summary>
internal sealed class EventScreen : IEventSink, IDisposable
{
    private const string HideCursor = "\x1b[?25l";
    private const string ShowCursor = "\x1b[?25h";
    private const string Home = "\x1b[H";
    private const string EraseToEndOfLine = "\x1b[K";
    private const string EraseBelow = "\x1b[J";

    /// <summary>More lines than a terminal has.</summary>
    private const int MaxLines = 500;

    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(200);

    private readonly CommandEnvironment _environment;
    private readonly string _title;
    private readonly string _filters;
    private readonly Lock _lock = new();
    private readonly ITimer _redraw;
    private IReadOnlyList<EventLine> _newest = [];
    private string _counts = "";
    private string _message = "";
    private bool _isStale;
    private (int Width, int Height)? _drawn;
    private IOException? _broken;

    /// <param name="title">What is watched.</param>
    /// <param name="filters">The filters as given on the command line; may be empty.</param>
    public EventScreen(CommandEnvironment environment, string title, string filters)
    {
        (_environment, _title, _filters) = (environment, Printable.Message(title), Printable.Message(filters));
        Messages = new MessageWriter(this);
        _redraw = environment.Time.CreateTimer(_ => Redraw(), null, RedrawInterval, RedrawInterval);
    }

    /// <summary>Replaces standard error while the screen is shown. The screen shows the newest message.</summary>
    public TextWriter Messages { get; }

    public Task WriteAsync(EventBatch? batch, LiveEstate estate)
    {
        lock (_lock)
        {
            if (batch is not null)
            {
                _newest = [.. EventGrid.Lines(batch).Concat(_newest).Take(MaxLines)];
            }

            _counts = Counts(estate);
            _isStale = true;
            if (_drawn is null)
            {
                Draw();
            }

            return _broken is null ? Task.CompletedTask : Task.FromException(_broken);
        }
    }

    public void ReportDisconnected(DateTimeOffset since)
    {
        lock (_lock)
        {
            _counts = string.Create(
                CultureInfo.InvariantCulture,
                $"no connection since {since.UtcDateTime:HH:mm:ss} UTC; before that {_counts}"
            );
            _isStale = true;
        }
    }

    /// <summary>Draws the last frame. Later messages go to standard error.</summary>
    public void Dispose()
    {
        Redraw();
        lock (_lock)
        {
            _redraw.Dispose();
            Messages.Dispose();
        }
    }

    /// <summary>The counts of the estate, with the current time.</summary>
    private string Counts(LiveEstate estate)
    {
        var invariant = CultureInfo.InvariantCulture;
        var all = Counted.Text(estate.AllRows, "row");
        var rows = estate.Rows == estate.AllRows ? all : string.Create(invariant, $"{estate.Rows:N0} of {all}");
        var settling = estate.Events.Count == 0 ? "" : string.Create(invariant, $", {estate.Events.Count:N0} settling");
        var now = _environment.Time.GetUtcNow().UtcDateTime;
        return string.Create(
            invariant,
            $"{Counted.Text(estate.Hosts, "host")}, {Counted.Text(estate.Sockets, "socket")}, "
                + $"{rows}{settling}, {now:HH:mm:ss} UTC"
        );
    }

    private void Redraw()
    {
        lock (_lock)
        {
            if (_drawn is { } size && (_isStale || size != _environment.TerminalSize()))
            {
                Draw();
            }
        }
    }

    private void Draw()
    {
        var size = _environment.TerminalSize();
        var frame = new StringBuilder(HideCursor);
        if (_drawn is null)
        {
            // Scrolls the previous content into the scrollback.
            frame.Append('\n', size.Height - 1);
        }

        frame.Append(Home);
        foreach (var line in Lines(size.Width - 1, size.Height - 1))
        {
            frame.Append(line).Append(EraseToEndOfLine).Append("\r\n");
        }

        frame.Append(EraseBelow).Append(ShowCursor);
        (_drawn, _isStale) = (size, false);
        try
        {
            _environment.Output.Write(Encoding.UTF8.GetBytes(frame.ToString()));
            _environment.Output.Flush();
        }
        catch (IOException e)
        {
            _broken = e;
        }
    }

    /// <summary>The lines of a frame, cut to the size of the terminal.</summary>
    private IEnumerable<string> Lines(int width, int height)
    {
        string[] head = [$"{_title}: {_counts}", _filters, _message];
        var lines = head.Where(line => line.Length > 0).Select(line => EventGrid.Cut(line, width)).ToList();
        if (_newest.Count > 0 && height > lines.Count + 2)
        {
            lines.Add("");
            lines.AddRange(
                EventGrid.Lines(
                    [.. _newest.Take(height - lines.Count - 1)],
                    width,
                    _environment.Time.GetUtcNow(),
                    _environment.FormatOptions(toTerminal: true).Color
                )
            );
        }

        return lines.Take(height);
    }

    private void Show(string line)
    {
        lock (_lock)
        {
            (_message, _isStale) = (line, true);
        }
    }

    private sealed class MessageWriter(EventScreen screen) : TextWriter(CultureInfo.InvariantCulture)
    {
        private readonly StringBuilder _line = new();
        private bool _ended;

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            if (_ended || screen._drawn is null)
            {
                screen._environment.Error.Write(value);
            }

            if (value == '\n')
            {
                screen.Show(_line.ToString());
                _line.Clear();
            }
            else
            {
                _line.Append(value);
            }
        }

        public override void Flush() => screen._environment.Error.Flush();

        protected override void Dispose(bool disposing)
        {
            _ended = true;
            base.Dispose(disposing);
        }
    }
}
