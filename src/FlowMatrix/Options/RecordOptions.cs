using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Live;

namespace FlowMatrix.Options;

/// <summary>How often scans are taken, for how long, and where they are written.</summary>
internal sealed class RecordOptions : LiveOptions
{
    /// <summary>Scans that are closer together could not be written in time.</summary>
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(10);

    private readonly Option<string?> _output;
    private readonly ValueOption<TimeSpan?> _every;
    private readonly ValueOption<TimeSpan?> _grace;
    private readonly ValueOption<TimeSpan?> _for;

    public RecordOptions()
        : base("Recording")
    {
        _output = Text(
                "--output",
                "file",
                "day.ndjson.gz",
                "file to write (required): NDJSON, compressed if it ends in .gz, replaced atomically after each scan; "
                    + "an existing recording is continued",
                "-o"
            )
            .Writes();
        _every = Duration(
            "--every",
            "60s",
            "time between two scans; rows that appear and end between them are recorded too [default: 30s]"
        );
        _grace = GraceOption();
        _for = Duration("--for", "24h", "stop this long after the first scan");
    }

    public RecordRequest Bind(ParseResult parsed)
    {
        var path = parsed.GetValue(_output) switch
        {
            null => throw new Failure(FailureKind.Usage, "--output is required, for example --output day.ndjson.gz"),
            "-" => throw Wrong(_output, "-", "a recording needs a file, since it is rewritten after each scan"),
            var file when !RecordingFile.IsValidName(file, out var ending) => throw Wrong(
                _output,
                file,
                $"{ending} is the extension of another format; a recording is NDJSON, as in day.ndjson or day.ndjson.gz"
            ),
            var file => file,
        };
        var every = _every.Get(parsed) ?? TimeSpan.FromSeconds(30);
        return every < MinInterval
            ? throw Wrong(_every, parsed.GetValue(_every)!, "must be at least 10ms")
            : new RecordRequest(path, every, _grace.Get(parsed) ?? DefaultGrace, _for.Get(parsed));
    }
}

/// <summary>The recording that the user asked for.</summary>
/// <param name="For">How long; null without a limit.</param>
internal sealed record RecordRequest(string Path, TimeSpan Every, TimeSpan Grace, TimeSpan? For);
