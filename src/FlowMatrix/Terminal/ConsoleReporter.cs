using System.Globalization;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Sources;

namespace FlowMatrix.Terminal;

/// <summary>Messages to the user: whole lines on standard error, and a progress line on a terminal.</summary>
internal sealed class ConsoleReporter(CommandEnvironment environment, bool quiet, bool verbose)
{
    private const string EraseLine = "\r\x1b[K";

    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private long _drawn;
    private bool _progressShown;

    /// <summary>The clock of the command.</summary>
    public TimeProvider Time => environment.Time;

    public void Error(string message) => Line($"flowmatrix: {message}");

    public void Warn(string message)
    {
        if (!quiet)
        {
            Line($"flowmatrix: warning: {message}");
        }
    }

    /// <summary>Information that needs no action.</summary>
    public void Note(string message)
    {
        if (!quiet)
        {
            Line($"flowmatrix: {message}");
        }
    }

    /// <summary>Reports what each step of a view left, and which step removed the last row.</summary>
    /// <param name="what">What is counted, in the singular.</param>
    /// <param name="before">How many there were before the first step.</param>
    public void Steps(IReadOnlyList<ViewStep> steps, string what, int before)
    {
        foreach (var step in steps)
        {
            Detail(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{step.Text}: {step.Remaining:N0} of {step.Remaining + step.Removed:N0} {what}s left"
                )
            );
            foreach (var unknown in step.Unknown)
            {
                Warn(unknown);
            }
        }

        if (steps.FirstOrDefault(step => step.Remaining == 0 && step.Removed > 0) is { } last)
        {
            Note(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"no {what} is left: {last.Text} removed the last {last.Removed:N0} of {before:N0}"
                )
            );
        }
    }

    public void Detail(string message)
    {
        if (verbose)
        {
            Line($"flowmatrix: {message}");
        }
    }

    /// <summary>A line that the user asked for, also with --quiet.</summary>
    public void Line(string line)
    {
        lock (_lock)
        {
            Erase();
            environment.Error.Write(Printable.Message(environment.Secrets.InMessage(line)) + "\n");
            environment.Error.Flush();
        }
    }

    public ReadProgress Progress()
    {
        ReadProgress? progress = null;
        progress = new ReadProgress
        {
            Warn = Warn,
            Detail = Detail,
            Changed = () => Draw(progress!),
        };
        return progress;
    }

    public void EndProgress()
    {
        lock (_lock)
        {
            Erase();
            environment.Error.Flush();
        }
    }

    /// <summary>A line on a terminal that the next one replaces.</summary>
    public void Status(string text) => Draw(() => text);

    private void Draw(ReadProgress progress) =>
        Draw(() =>
        {
            var of =
                progress.HostsExpected > 0
                    ? string.Create(CultureInfo.InvariantCulture, $" of {progress.HostsExpected:N0}")
                    : "";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{progress.HostsRead:N0}{of} hosts, {progress.SocketsRead:N0} sockets"
            );
        });

    private void Draw(Func<string> text)
    {
        if (quiet || !environment.ErrorIsTerminal)
        {
            return;
        }

        lock (_lock)
        {
            if (_progressShown && Time.GetElapsedTime(_drawn) < RedrawEvery)
            {
                return;
            }

            _drawn = Time.GetTimestamp();
            _progressShown = true;
            environment.Error.Write($"{EraseLine}{text()}");
            environment.Error.Flush();
        }
    }

    private void Erase()
    {
        if (_progressShown)
        {
            environment.Error.Write(EraseLine);
            _progressShown = false;
        }
    }
}
