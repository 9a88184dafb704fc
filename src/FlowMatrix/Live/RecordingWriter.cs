using System.Threading.Channels;
using FlowMatrix.Core;
using FlowMatrix.Core.Recordings;

namespace FlowMatrix.Live;

/// <summary>
/// Adds scans to a recording and writes the file after each, in the background. If a write takes longer than the
/// interval between scans, several scans are written together. Nothing else may use the recording meanwhile.
/// </summary>
internal sealed class RecordingWriter
{
    private readonly Channel<Scan> _scans = Channel.CreateUnbounded<Scan>();
    private readonly Recording _recording;
    private readonly RecordingFile _file;
    private readonly TimeProvider _time;
    private readonly Task _work;
    private Failure? _failed;

    /// <param name="time">The clock that measures the writes.</param>
    public RecordingWriter(Recording recording, RecordingFile file, TimeProvider time)
    {
        (_recording, _file, _time) = (recording, file, time);
        _work = Task.Run(WorkAsync);
    }

    /// <summary>Called with a message when a write fails, and when a later one succeeds.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Called after each write with its duration.</summary>
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
    /// <exception cref="Failure">The last write failed.</exception>
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
        if (_file.ChangedByOthers)
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
            // The next write may succeed, for example after a full disk, and has all rows.
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
            Warn($"{_file.Path} could be written again, with all rows");
            _failed = null;
        }

        Written(_recording, _time.GetElapsedTime(start));
    }
}
