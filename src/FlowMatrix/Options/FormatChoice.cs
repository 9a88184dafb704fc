using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using FlowMatrix.Core;
using FlowMatrix.Core.Text;
using FlowMatrix.Output;

namespace FlowMatrix.Options;

/// <summary>
/// The choice of one of several formats: by its name, else by the extension of the output file. All commands share
/// these rules and messages.
/// </summary>
/// <param name="formats">The first one is the default.</param>
/// <param name="what">What messages call them: "a report format".</param>
internal sealed class FormatChoice<T>(
    IReadOnlyList<T> formats,
    string what,
    Func<T, string> nameOf,
    Func<T, IReadOnlyList<string>> extensionsOf
)
    where T : class
{
    public IReadOnlyList<T> All => formats;

    /// <summary>If neither a name nor a file extension selects one.</summary>
    public T Default { get; init; } = formats[0];

    public string Names => string.Join(", ", formats.Select(nameOf));

    /// <exception cref="Failure">There is no such format.</exception>
    public T Choose(ParseResult parsed, Option<string?> format, Option<string?> output) =>
        TryChoose(parsed, format, output, out var chosen, out _) ? chosen : throw Unknown(parsed, format, output);

    /// <param name="unknown">The name or the extension that is not one of these formats.</param>
    public bool TryChoose(
        ParseResult parsed,
        Option<string?> format,
        Option<string?> output,
        [NotNullWhen(true)] out T? chosen,
        [NotNullWhen(false)] out string? unknown
    )
    {
        (chosen, unknown) = (null, null);
        if (parsed.GetValue(format) is { } name)
        {
            (chosen, unknown) = (Find(name), name);
        }
        else if (output.GetPath(parsed) is { } path && Path.GetExtension(path) is { Length: > 0 } extension)
        {
            (chosen, unknown) = (FindForFile(path), extension[1..]);
        }
        else
        {
            chosen = Default;
        }

        return chosen is not null;
    }

    /// <summary>The format of that name.</summary>
    /// <param name="value">The value of the option, if it holds more than the name.</param>
    /// <param name="more">What is valid besides the names.</param>
    /// <exception cref="Failure">There is no such format.</exception>
    public T Get(Option option, string name, string? value = null, string more = "") =>
        Find(name) ?? throw UnknownName(option, name, value ?? name, more);

    /// <param name="more">What is valid besides the names.</param>
    public Failure Unknown(ParseResult parsed, Option<string?> format, Option<string?> output, string more = "") =>
        parsed.GetValue(format) is { } name
            ? UnknownName(format, name, name, more)
            : OptionGroup.Wrong(
                output,
                output.GetPath(parsed)!,
                $"its extension is not {what}: give one with {format.Name}; valid formats: {Names}{more}"
            );

    private Failure UnknownName(Option option, string name, string value, string more) =>
        OptionGroup.Wrong(
            option,
            value,
            $"is not {what}{Suggestion.DidYouMean(name, formats.Select(nameOf))}; valid formats: {Names}{more}"
        );

    private T? Find(string name) =>
        formats.FirstOrDefault(format => nameOf(format).Equals(name, StringComparison.OrdinalIgnoreCase));

    private T? FindForFile(string path) =>
        formats.FirstOrDefault(format =>
            extensionsOf(format).Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
        );
}

internal static class OutputPathExtensions
{
    /// <summary>The file to write; null for standard output.</summary>
    public static string? GetPath(this Option<string?> output, ParseResult parsed) =>
        parsed.GetValue(output) is { } path and not "-" ? path : null;
}

/// <summary>How csv is written.</summary>
internal sealed class CsvSwitches(OptionGroup group)
{
    private readonly Option<bool> _noHeader = group.Switch("--no-header", "csv without the header line");
    private readonly Option<bool> _spreadsheetSafe = group.Switch(
        "--spreadsheet-safe",
        "csv without formulas: put ' before = + - @"
    );

    public FormatOptions Apply(ParseResult parsed, FormatOptions options) =>
        options with
        {
            Header = !parsed.GetValue(_noHeader),
            SpreadsheetSafe = parsed.GetValue(_spreadsheetSafe),
        };
}
