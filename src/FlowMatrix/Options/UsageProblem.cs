using System.CommandLine;
using System.CommandLine.Parsing;
using FlowMatrix.Core;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Options;

/// <summary>
/// Why a command line was not understood, and what would be right. What stands where nothing belongs may be a password
/// that went astray: it is shown only where it names a file or a folder.
/// </summary>
internal sealed class UsageProblem(ParseResult parsed, string directory)
{
    /// <summary>A value for each option that is often left without one; for all others the kind of value is shown.</summary>
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["--analyzer"] = "skydive.example.com:8082",
        ["--input"] = "day.json.gz",
        ["--output"] = "matrix.csv",
        ["--format"] = "json",
        ["--columns"] = "connections,match",
        ["--baseline"] = "monday.csv",
        ["--policy"] = "flows.yaml",
        ["--config"] = "flowmatrix.yaml",
        ["--group-by"] = "host",
        ["--host"] = "\"web*\"",
        ["--process"] = "\"nova-*\"",
        ["--address"] = "10.0.0.0/8",
        ["--port"] = "3306,5000-5999",
        ["--protocol"] = "tcp",
        ["--reaches"] = "db01:3306",
        ["--reachable-from"] = "web01",
        ["--alias"] = @"'compute-\d+=compute'",
        ["--name"] = "10.9.0.0/16=office",
        ["--at"] = "-10m",
        ["--duration"] = "10m",
        ["--every"] = "60s",
        ["--for"] = "1h",
        ["--report"] = "junit=flows.xml",
    };

    private readonly Command _command = parsed.CommandResult.Command;

    private string Name => Help.NameOf(_command);

    public Failure Failure => new(FailureKind.Usage, $"{Problem()}; see {Name} --help");

    private string Problem() =>
        parsed.UnmatchedTokens is not [var token, ..] ? ValueProblem() ?? parsed.Errors[0].Message.TrimEnd('.')
        : token.StartsWith('-') ? OptionProblem(token.Split('=', ':')[0])
        : ArgumentProblem(token);

    /// <summary>Of an option that has too few or too many.</summary>
    private string? ValueProblem()
    {
        foreach (
            var result in parsed.CommandResult.Children.Concat(parsed.RootCommandResult.Children).OfType<OptionResult>()
        )
        {
            var (option, typed) = (result.Option, result.IdentifierToken?.Value);
            if (!result.Implicit && result.Tokens.Count < option.Arity.MinimumNumberOfValues)
            {
                return $"{typed} needs a value, as in {typed} {Examples.GetValueOrDefault(option.Name, $"<{option.HelpName}>")}";
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
        if (name is "--input" or "-i" && _command.Arguments.Count > 0)
        {
            return $"{_command.Name} takes its files without an option: {Name} monday.csv tuesday.csv";
        }

        var commands = parsed.RootCommandResult.Command.Subcommands.Prepend(parsed.RootCommandResult.Command);
        string[] others = [.. commands.Where(command => NamesOf(command).Contains(name)).Select(Help.NameOf)];
        return others switch
        {
            [] => $"unknown option {name}{Suggestion.DidYouMean(name, NamesOf(_command))}",
            [var only] => $"only {only} has {name}",
            _ => $"{Name} has no {name}; {string.Join(", ", others[..^1])} and {others[^1]} have",
        };
    }

    private string ArgumentProblem(string token)
    {
        var path = Path.Combine(directory, token);
        if (Directory.Exists(path))
        {
            return $"{token} is a directory, not an option";
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
        string[] fitting = isYaml
            ? _command is RootCommand
                ? ["--config"]
                : ["--policy", "--config"]
            : ["--input"];
        return fitting.FirstOrDefault(NamesOf(_command).Contains) is { } option ? $"{token} is a file: {option} {token}"
            : _command.Arguments.Count > 0 ? $"{token} is one file too many: {Name} takes {_command.Arguments.Count}"
            : $"{token} is a file, but {Name} reads no files";
    }

    private static IEnumerable<string> NamesOf(Command command) =>
        command.Options.Where(option => !option.Hidden).SelectMany(option => option.Aliases.Append(option.Name));
}
