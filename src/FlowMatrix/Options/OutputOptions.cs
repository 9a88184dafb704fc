using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
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
    private readonly CsvSwitches _csv;
    private readonly Option<string?> _engine;
    private readonly Option<bool> _listUnmatched;
    private readonly Option<bool> _listNoPeers;

    private readonly FormatChoice<Format> _formats;
    private readonly bool _compared;

    /// <param name="usual">The default format.</param>
    /// <param name="compared">Whether only comparisons are written, which not all formats can show.</param>
    public OutputOptions(string usual = "csv", bool compared = false)
        : base("Output")
    {
        _compared = compared;
        _formats = new FormatChoice<Format>(
            FormatList.All,
            "a format",
            format => format.Name,
            format => format.Extensions
        )
        {
            Default = FormatList.All.First(format => format.Name == usual),
        };
        _format = Text(
            "--format",
            "name",
            "json",
            "one of those below, or any other that the installed Graphviz supports "
                + $"[default: by the extension of --output, else {usual}]",
            "-f"
        );
        _output = Text(
                "--output",
                "file",
                "matrix.csv",
                "write to this file, replaced atomically, instead of standard output",
                "-o"
            )
            .Writes();
        _columns = Texts(
            "--columns",
            "names",
            "connections,match",
            "additional columns for csv, table and markdown, from those below"
        );
        _csv = new CsvSwitches(this);
        _engine = Text(
            "--engine",
            "name",
            "neato",
            $"Graphviz layout engine: {string.Join(", ", Graphviz.Engines)} [default: dot]"
        );
        _listUnmatched = Switch("--list-unmatched", "list the unmatched connections on standard error");
        _listNoPeers = Switch("--list-no-peers", "the earlier name of --list-unmatched").Hide();
    }

    public override IReadOnlyList<(string Heading, IReadOnlyList<(string Value, string Meaning)> Values)> Values =>
        [
            (
                "Formats",
                [
                    .. FormatList
                        .All.Where(format =>
                            format.Writer<FirewallDraft>() is null
                            && (!_compared || format.Writer<MatrixDiff>() is not null)
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
        var path = _output.GetPath(parsed);
        var graphviz = environment.Program("dot");
        var format = await FormatAsync(parsed, graphviz, cancel);
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
            _csv.Apply(parsed, environment.FormatOptions(toTerminal)) with
            {
                ExtraColumns = Columns(parsed.GetValue(_columns) ?? []),
                Engine = engine,
                Graphviz = graphviz,
            }
        );
    }

    private async Task<Format> FormatAsync(ParseResult parsed, string? graphviz, CancellationToken cancel)
    {
        if (_formats.TryChoose(parsed, _format, _output, out var format, out var unknown))
        {
            return format;
        }

        var drawn = await Graphviz.FormatsAsync(graphviz, cancel);
        return drawn.Contains(unknown, StringComparer.OrdinalIgnoreCase)
            ? new GraphvizFormat(unknown.ToLowerInvariant())
            : throw _formats.Unknown(
                parsed,
                _format,
                _output,
                drawn.Count == 0
                    ? ", and more with Graphviz, which is not installed"
                    : ", and other formats of Graphviz (dot -Tx lists them)"
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

    private static string Extras() => string.Join(", ", Column.Extra.Select(column => column.Name));
}

/// <summary>The output that the user asked for.</summary>
/// <param name="Path">A file, or null for standard output.</param>
internal sealed record OutputRequest(Format Format, string? Path, bool ListUnmatched, FormatOptions Options)
{
    /// <summary>What the output shows besides the rows.</summary>
    public MatchExtras Needs => Format.Needs | OfListing;

    /// <summary>What the output of a comparison shows besides the rows.</summary>
    public MatchExtras NeedsOfComparison => (Format.Needs & MatchExtras.Services) | OfListing;

    private MatchExtras OfListing => ListUnmatched ? MatchExtras.UnmatchedConnections : MatchExtras.Rows;

    /// <exception cref="Failure">The format cannot write such content.</exception>
    public IWriter<T> Writer<T>() =>
        Format.Writer<T>()
        ?? throw new Failure(FailureKind.Usage, $"--format {Format.Name} cannot write this: choose another format");
}
