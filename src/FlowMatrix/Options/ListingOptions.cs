using System.CommandLine;
using FlowMatrix.Core.Model;
using FlowMatrix.Output;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>How a list that is no matrix is written, and where.</summary>
internal sealed class ListingOptions : OptionGroup
{
    private static readonly IReadOnlyList<Format> Formats =
    [
        .. FormatList.All.Where(format => format.Writer<ServiceList>() is not null),
    ];

    private readonly Option<string?> _format;
    private readonly Option<string?> _output;
    private readonly Option<bool> _noHeader;
    private readonly Option<bool> _spreadsheetSafe;

    public ListingOptions()
        : base("Output")
    {
        _format = Text("--format", "name", $"{Names()} [default: by the ending of --output, else csv]", "-f");
        _output = Text("--output", "file", "write to this file, replaced atomically, instead of standard output", "-o");
        _noHeader = Switch("--no-header", "csv without the header line");
        _spreadsheetSafe = Switch("--spreadsheet-safe", "csv without formulas: put ' before = + - @");
    }

    public ListingOutput Bind(ParseResult parsed, CommandEnvironment environment)
    {
        var path = parsed.GetValue(_output) is "-" ? null : parsed.GetValue(_output);
        var toTerminal = path is null && environment.OutputIsTerminal;
        return new ListingOutput(
            Choose(parsed.GetValue(_format), path),
            path,
            environment.FormatOptions(toTerminal) with
            {
                Header = !parsed.GetValue(_noHeader),
                SpreadsheetSafe = parsed.GetValue(_spreadsheetSafe),
            }
        );
    }

    private Format Choose(string? name, string? path)
    {
        if (name is not null)
        {
            return Formats.FirstOrDefault(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw Wrong(_format, name, $"is not a list format; valid values: {Names()}");
        }

        if (path is null || Path.GetExtension(path).Length == 0)
        {
            return Formats[0];
        }

        return Formats.FirstOrDefault(format =>
                format.Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            )
            ?? throw Wrong(
                _output,
                path,
                $"its extension is not a list format: give one with --format; valid formats: {Names()}"
            );
    }

    private static string Names() => string.Join(", ", Formats.Select(format => format.Name));
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
