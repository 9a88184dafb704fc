using System.CommandLine;
using System.CommandLine.Parsing;
using FlowMatrix.Core;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Options;

/// <summary>
/// Explains why a command line is not valid, and what would be valid. An unexpected argument may be a misplaced
/// password, so it is shown only if it names a file or a folder.
/// </summary>
internal sealed class UsageProblem(ParseResult parsed, string directory)
{
    private readonly Command _command = parsed.CommandResult.Command;

    private string Name => Help.NameOf(_command);

    public Failure Failure => new(FailureKind.Usage, $"{Problem()}; see {Name} --help");

    private string Problem() =>
        parsed.UnmatchedTokens is not [var token, ..] ? ValueProblem() ?? parsed.Errors[0].Message.TrimEnd('.')
        : token.StartsWith('-') ? OptionProblem(token.Split('=', ':')[0])
        : ArgumentProblem(token);

    /// <summary>An option with too few or too many values.</summary>
    private string? ValueProblem()
    {
        foreach (
            var result in parsed.CommandResult.Children.Concat(parsed.RootCommandResult.Children).OfType<OptionResult>()
        )
        {
            var (option, typed) = (result.Option, result.IdentifierToken?.Value);
            if (!result.Implicit && result.Tokens.Count < option.Arity.MinimumNumberOfValues)
            {
                var example = Quoted(option.GetFacts().Example ?? $"<{option.HelpName}>");
                return $"{typed} needs a value, as in {typed} {example}";
            }

            if (!result.Implicit && result.Tokens.Count > option.Arity.MaximumNumberOfValues)
            {
                return option.Arity.MaximumNumberOfValues == 0
                    ? $"{typed} takes no value"
                    : $"{typed} takes one value, and {result.Tokens.Count} are given";
            }
        }

        return null;
    }

    private string OptionProblem(string name)
    {
        var commands = parsed.RootCommandResult.Command.Subcommands.Prepend(parsed.RootCommandResult.Command);
        var isInput = commands
            .SelectMany(command => command.Options)
            .Any(option => option.GetFacts().File?.Content == FileContent.Input && NamesOf(option).Contains(name));
        if (isInput && _command.Arguments.Count > 0)
        {
            return $"{_command.Name} takes its files without an option: {Name} monday.csv tuesday.csv";
        }

        string[] others = [.. commands.Where(command => NamesOf(command).Contains(name)).Select(Help.NameOf)];
        return others switch
        {
            [] => $"unknown option {name}{Suggestion.DidYouMean(name, NamesOf(_command))}",
            [var only] => $"{Name} has no {name}; it is an option of {only}",
            _ => $"{Name} has no {name}; it is an option of {string.Join(", ", others[..^1])} and {others[^1]}",
        };
    }

    private string ArgumentProblem(string token)
    {
        var path = Path.Combine(directory, token);
        if (Directory.Exists(path))
        {
            return $"{token} is a folder, not an option";
        }

        if (File.Exists(path))
        {
            return FileProblem(token);
        }

        return token == "help" ? $"for help, run {Name} --help"
            : Suggestion.Nearest(token, _command.Subcommands.Select(sub => sub.Name)) is { } meant
                ? $"unknown command (did you mean {meant}?)"
            : "unexpected argument: options are --option value; quote values with spaces";
    }

    private string FileProblem(string token)
    {
        var isYaml =
            token.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase)
            || token.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
        var content = isYaml ? FileContent.Yaml : FileContent.Input;
        var fitting = _command.Options.FirstOrDefault(option =>
            !option.Hidden && option.GetFacts().File?.Content == content
        );
        return fitting is not null ? $"{token} is a file: {fitting.Name} {token}"
            : _command.Arguments.Count > 0 ? $"{token} is one file too many: {Name} takes {_command.Arguments.Count}"
            : $"{token} is a file, but {Name} does not read files";
    }

    /// <summary>As it is typed into a shell.</summary>
    private static string Quoted(string value) =>
        value.Contains('\\', StringComparison.Ordinal) ? $"'{value}'"
        : value.Contains('*', StringComparison.Ordinal) ? $"\"{value}\""
        : value;

    private static IEnumerable<string> NamesOf(Command command) =>
        command.Options.Where(option => !option.Hidden).SelectMany(NamesOf);

    private static IEnumerable<string> NamesOf(Option option) => option.Aliases.Append(option.Name);
}
