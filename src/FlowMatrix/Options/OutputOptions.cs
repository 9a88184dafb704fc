using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Output;
using FlowMatrix.Output.Firewall;
using FlowMatrix.Output.Graphs;
using FlowMatrix.Output.Tables;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>How the matrix is written, and where.</summary>
internal sealed class OutputOptions : OptionGroup
{
    private readonly Option<string?> _format;
    private readonly Option<string?> _output;
    private readonly Option<string[]> _columns;
    private readonly Option<bool> _noHeader;
    private readonly Option<bool> _spreadsheetSafe;
    private readonly Option<string?> _engine;
    private readonly Option<bool> _listUnmatched;
    private readonly Option<bool> _listNoPeers;

    private readonly Format _default;
    private readonly bool _compared;

    /// <param name="usual">The format where nothing says which.</param>
    /// <param name="compared">What is written is always a comparison, which not all formats show.</param>
    public OutputOptions(string usual = "csv", bool compared = false)
        : base("Output")
    {
        _compared = compared;
        _default = FormatList.Find(usual)!;
        _format = Text(
            "--format",
            "name",
            $"one of those below, or any other that the installed Graphviz supports [default: by the ending of --output, else {usual}]",
            "-f"
        );
        _output = Text("--output", "file", "write to this file, replaced atomically, instead of standard output", "-o");
        _columns = Texts("--columns", "names", "additional columns for csv, table and markdown, from those below");
        _noHeader = Switch("--no-header", "csv without the header line");
        _spreadsheetSafe = Switch("--spreadsheet-safe", "csv without formulas: put ' before = + - @");
        _engine = Text(
            "--engine",
            "name",
            $"Graphviz layout engine: {string.Join(", ", Graphviz.Engines)} [default: dot]"
        );
        _listUnmatched = Switch("--list-unmatched", "list the unmatched connections on standard error");
        _listNoPeers = Switch("--list-no-peers", "the earlier name of --list-unmatched");
        _listNoPeers.Hidden = true;
    }

    public override IReadOnlyList<(string Heading, IReadOnlyList<(string Value, string Meaning)> Values)> Values =>
        [
            (
                "Formats",
                [
                    .. FormatList
                        .All.Where(format =>
                            format is not FirewallFormat && (!_compared || format.Writer<MatrixDiff>() is not null)
                        )
                        .GroupBy(format => format.Description)
                        .Select(alike => (string.Join(", ", alike.Select(format => format.Name)), alike.Key)),
                ]
            ),
            ("Columns", [.. Column.Extra.Select(column => (column.Name, column.Description))]),
        ];

    public async Task<OutputRequest> BindAsync(
        ParseResult parsed,
        CommandEnvironment environment,
        CancellationToken cancel
    )
    {
        var path = parsed.GetValue(_output);
        if (path is "-")
        {
            path = null;
        }

        var graphviz = environment.Program("dot");
        var format = await FormatAsync(parsed.GetValue(_format), path, graphviz, cancel);
        if (format == FormatList.Skydive && path is not null)
        {
            throw new Failure(
                FailureKind.Usage,
                $"--format {format.Name} writes to an analyzer, not to a file: remove --output"
            );
        }

        var toTerminal = path is null && environment.OutputIsTerminal;
        if (format.IsBinary && toTerminal)
        {
            throw new Failure(
                FailureKind.Usage,
                $"{format.Name} is binary: write it to a file with --output, or pipe it"
            );
        }

        var engine = parsed.GetValue(_engine) ?? "dot";
        if (!Graphviz.Engines.Contains(engine))
        {
            throw Wrong(
                _engine,
                engine,
                $"is not a Graphviz layout engine; valid engines: {string.Join(", ", Graphviz.Engines)}"
            );
        }

        return new OutputRequest(
            format,
            path,
            parsed.GetValue(_listUnmatched) || parsed.GetValue(_listNoPeers),
            environment.FormatOptions(toTerminal) with
            {
                ExtraColumns = Columns(parsed.GetValue(_columns) ?? []),
                Header = !parsed.GetValue(_noHeader),
                SpreadsheetSafe = parsed.GetValue(_spreadsheetSafe),
                Engine = engine,
                Graphviz = graphviz,
            }
        );
    }

    private async Task<Format> FormatAsync(string? name, string? path, string? graphviz, CancellationToken cancel)
    {
        if (name is not null && FormatList.Find(name) is { } known)
        {
            return known;
        }

        var ending = path is null ? "" : Path.GetExtension(path);
        if (name is null && (path is null || FormatList.ForFile(path) is not null || ending.Length == 0))
        {
            return path is null ? _default : FormatList.ForFile(path) ?? _default;
        }

        var wanted = name ?? ending[1..];
        var drawn = await Graphviz.FormatsAsync(graphviz, cancel);
        if (drawn.Contains(wanted, StringComparer.OrdinalIgnoreCase))
        {
            return new GraphvizFormat(wanted.ToLowerInvariant());
        }

        var valid =
            $"valid formats: {Names()}, and "
            + (
                drawn.Count == 0
                    ? "more with Graphviz, which is not installed"
                    : "what else Graphviz draws (dot -Tx lists that)"
            );
        throw name is null
            ? Wrong(_output, path!, $"its extension is not a format: give one with --format; {valid}")
            : Wrong(
                _format,
                name,
                $"is not a format{Suggestion.DidYouMean(name, FormatList.All.Select(format => format.Name))}; {valid}"
            );
    }

    private List<Column> Columns(string[] values)
    {
        var columns = new List<Column>();
        foreach (
            var name in values.SelectMany(value =>
                value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            )
        )
        {
            if (Column.Key.Any(column => column.Name == name))
            {
                throw Wrong(_columns, name, $"is always in the output; additional columns: {Extras()}");
            }

            var column =
                Column.Extra.FirstOrDefault(column => column.Name == name)
                ?? throw Wrong(_columns, name, $"is not a column; additional columns: {Extras()}");
            if (!columns.Contains(column))
            {
                columns.Add(column);
            }
        }

        return columns;
    }

    private static string Names() => string.Join(", ", FormatList.All.Select(format => format.Name));

    private static string Extras() => string.Join(", ", Column.Extra.Select(column => column.Name));
}

/// <summary>What was asked for of the output.</summary>
/// <param name="Path">A file, or null for standard output.</param>
internal sealed record OutputRequest(Format Format, string? Path, bool ListUnmatched, FormatOptions Options)
{
    /// <exception cref="Failure">The format cannot write such content.</exception>
    public IWriter<T> Writer<T>() =>
        Format.Writer<T>()
        ?? throw new Failure(FailureKind.Usage, $"--format {Format.Name} cannot write this: choose another format");
}
