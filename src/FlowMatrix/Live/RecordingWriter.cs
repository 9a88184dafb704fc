using System.Threading.Channels;
using FlowMatrix.Core;
using FlowMatrix.Core.Recordings;

namespace FlowMatrix.Live;

/// <summary>
/// Takes scans into a recording and writes it after each, on another thread than the one that follows the analyzer. If
/// writing takes longer than the time between scans, several are written at once. Nothing else uses the recording
/// meanwhile.
/// </summary>
internal sealed class RecordingWriter
{
    private readonly Channel<Scan> _scans = Channel.CreateUnbounded<Scan>();
    private readonly Recording _recording;
    private readonly RecordingFile _file;
    private readonly TimeProvider _time;
    private readonly Task _work;
    private Failure? _failed;

    /// <param name="time">The clock that says how long writing takes.</param>
    public RecordingWriter(Recording recording, RecordingFile file, TimeProvider time)
    {
        (_recording, _file, _time) = (recording, file, time);
        _work = Task.Run(WorkAsync);
    }

    /// <summary>Told when the file could not be written, and when it could again.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Told after each writing, with how long it took.</summary>
    public Action<Recording, TimeSpan> Written { get; init; } = (_, _) => { };

    public void Add(Scan scan)
    {
        if (_work.IsFaulted)
        {
            _work.GetAwaiter().GetResult();
        }

        _scans.Writer.TryWrite(scan);
    }

    /// <summary>Waits for all scans to be written.</summary>
    /// <exception cref="Failure">The last of them could not be.</exception>
    public async Task EndAsync()
    {
        _scans.Writer.TryComplete();
        await _work;
        if (_failed is not null)
        {
            throw _failed;
        }
    }

    private async Task WorkAsync()
    {
        while (await _scans.Reader.WaitToReadAsync())
        {
            while (_scans.Reader.TryRead(out var scan))
            {
                _recording.Take(scan);
            }

            Write();
        }
    }

    private void Write()
    {
        if (_file.IsOfOthers)
        {
            throw new Failure(
                FailureKind.Input,
                $"{_file.Path} was changed by another process: is it being recorded twice? It was not overwritten"
            );
        }

        var start = _time.GetTimestamp();
        try
        {
            _file.Write(_recording);
        }
        catch (Failure failure)
        {
            // A disk that is full now need not be at the next scan, and nothing is lost until then.
            if (_failed is null)
            {
                Warn(
                    $"{failure.Message}; the file was not changed, all rows are kept and will be written with "
                        + "a later scan"
                );
            }

            _failed = failure;
            return;
        }

        if (_failed is not null)
        {
            Warn($"{_file.Path} was written again: nothing is missing in it");
            _failed = null;
        }

        Written(_recording, _time.GetElapsedTime(start));
    }
}
