using System.Globalization;
using System.Text;
using FlowMatrix.Core.Events;
using FlowMatrix.Core.Text;
using FlowMatrix.Output.Events;
using FlowMatrix.Terminal;

namespace FlowMatrix.Live;

/// <summary>
/// A terminal that always shows the estate's size and the newest changes, the newest on top. It sets no mode of the
/// terminal that outlasts the drawing of a frame, so that nothing has to be restored however the tool ends; what was
/// there before scrolls up, and the last frame stays.
/// </summary>
internal sealed class EventScreen : IEventSink, IDisposable
{
    private const string HideCursor = "\x1b[?25l";
    private const string ShowCursor = "\x1b[?25h";
    private const string Home = "\x1b[H";
    private const string EraseToEndOfLine = "\x1b[K";
    private const string EraseBelow = "\x1b[J";

    /// <summary>More than terminals have lines.</summary>
    private const int Kept = 500;

    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(200);

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
    /// <param name="filters">As the user said them; may be empty.</param>
    public EventScreen(CommandEnvironment environment, string title, string filters)
    {
        (_environment, _title, _filters) = (environment, Printable.Message(title), Printable.Message(filters));
        Messages = new MessageWriter(this);
        _redraw = environment.Time.CreateTimer(_ => Redraw(), null, RedrawEvery, RedrawEvery);
    }

    /// <summary>For lines that would be written across the screen otherwise: it shows the newest.</summary>
    public TextWriter Messages { get; }

    public Task TellAsync(EventBatch? batch, LiveEstate estate)
    {
        lock (_lock)
        {
            if (batch is not null)
            {
                _newest = [.. EventGrid.Lines(batch).Concat(_newest).Take(Kept)];
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

    public void Lost(DateTimeOffset since)
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

    /// <summary>Draws the last frame; messages go to standard error from then on.</summary>
    public void Dispose()
    {
        Redraw();
        lock (_lock)
        {
            _redraw.Dispose();
            Messages.Dispose();
        }
    }

    /// <summary>With the time at which something was heard of the estate.</summary>
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
            // What the terminal shows moves up to where the user finds it again.
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

    /// <summary>As many as there is room for, none wider.</summary>
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
