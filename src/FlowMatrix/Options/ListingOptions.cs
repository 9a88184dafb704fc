using System.CommandLine;
using FlowMatrix.Core.Model;
using FlowMatrix.Output;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>How a list of services is written, and where.</summary>
internal sealed class ListingOptions : OptionGroup
{
    private static readonly FormatChoice<Format> Formats = new(
        [.. FormatList.All.Where(format => format.Writer<ServiceList>() is not null)],
        "a format of services",
        format => format.Name,
        format => format.Extensions
    );

    private readonly Option<string?> _format;
    private readonly Option<string?> _output;
    private readonly CsvSwitches _csv;

    public ListingOptions()
        : base("Output")
    {
        _format = Text(
            "--format",
            "name",
            "json",
            $"{Formats.Names} [default: by the extension of --output, else csv]",
            "-f"
        );
        _output = Text(
                "--output",
                "file",
                "services.csv",
                "write to this file, replaced atomically, instead of standard output",
                "-o"
            )
            .Writes();
        _csv = new CsvSwitches(this);
    }

    public ListingOutput Bind(ParseResult parsed, CommandEnvironment environment)
    {
        var path = _output.GetPath(parsed);
        var toTerminal = path is null && environment.OutputIsTerminal;
        return new ListingOutput(
            Formats.Choose(parsed, _format, _output),
            path,
            _csv.Apply(parsed, environment.FormatOptions(toTerminal))
        );
    }
}

/// <param name="Path">A file, or null for standard output.</param>
internal sealed record ListingOutput(Format Format, string? Path, FormatOptions Options)
{
    public Task WriteAsync(ServiceList services, CommandEnvironment environment, CancellationToken cancel) =>
        OutputWriter.WriteAsync(
            Path,
            environment,
            stream => Format.Writer<ServiceList>()!.WriteAsync(services, stream, Options, cancel),
            cancel
        );
}
