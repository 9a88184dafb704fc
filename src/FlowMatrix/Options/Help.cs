using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>The help text: options under headings, then exit codes and examples.</summary>
internal sealed class Help(CommandEnvironment environment, IReadOnlyList<OptionGroup> groups, string examples)
    : SynchronousCommandLineAction
{
    private const int Indent = 2;
    private const int MaxWidth = 110;

    private const string ExitCodes = """
        Exit codes:
          0    done
          1    there are differences (diff, --baseline) or violations (check)
          2    wrong usage; a policy, settings or credentials that cannot be read
          3    the analyzer or a host cannot be reached, refuses the request, or returns an invalid response
          4    an input cannot be read, an output cannot be written, or no host reports sockets
          5    Graphviz is missing or fails
          70   a bug in flowmatrix, or too little memory
          130  interrupted
        """;

    /// <summary>Replaces the standard help of a command.</summary>
    public static void Replace(Command command, Help help)
    {
        foreach (var option in command.Options.OfType<HelpOption>())
        {
            option.Action = help;
            option.Description = "show this help";
        }
    }

    /// <summary>The name as users type it.</summary>
    public static string NameOf(Command command) =>
        string.Join(' ', command.Parents.OfType<Command>().Append(command).Select(Name));

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(Text(parseResult.CommandResult.Command));
        return 0;
    }

    private string Text(Command command)
    {
        var text = new StringBuilder();
        var name = NameOf(command);
        text.Append(Wrap(command.Description ?? "", 0)).Append("\n\n");
        text.Append("Usage:\n  ").Append(name);
        text.Append(string.Concat(command.Arguments.Select(argument => $" [<{argument.Name}>]")))
            .Append(" [options]\n");
        if (command.Subcommands.Count > 0)
        {
            text.Append("  ").Append(name).Append(" <command> [options]\n\nCommands:\n");
            AppendList(text, [.. command.Subcommands.Select(sub => (sub.Name, sub.Description ?? ""))]);
        }

        if (command.Arguments.Count > 0)
        {
            text.Append("\nArguments:\n");
            AppendList(
                text,
                [.. command.Arguments.Select(argument => ($"<{argument.Name}>", argument.Description ?? ""))]
            );
        }

        foreach (var group in groups.Where(group => !group.Options.All(option => option.Hidden)))
        {
            text.Append('\n').Append(group.Title).Append(":\n");
            AppendList(
                text,
                [
                    .. group
                        .Options.Where(option => !option.Hidden)
                        .Select(option => (Left(option), option.Description ?? "")),
                ]
            );
            foreach (var (heading, values) in group.Values)
            {
                text.Append('\n').Append(heading).Append(":\n");
                AppendList(text, values);
            }
        }

        var others = command.Options.Where(option => !groups.Any(group => group.Options.Contains(option)));
        AppendList(text, [.. others.Select(option => (Left(option), option.Description ?? ""))]);
        text.Append('\n').Append(ExitCodes).Append("\n\n").Append(examples).Append('\n');
        return text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>The library names the root command after the running program, which can be a test runner.</summary>
    private static string Name(Command command) => command is RootCommand ? "flowmatrix" : command.Name;

    private static string Left(Option option)
    {
        var names = option
            .Aliases.Where(alias => alias.StartsWith('-') && alias != "-?")
            .Append(option.Name)
            .OrderBy(name => name.Length);
        var value =
            option.HelpName is null ? ""
            : option.Arity.MinimumNumberOfValues > 0 ? $" <{option.HelpName}>"
            : $" [<{option.HelpName}>]";
        return string.Join(", ", names) + value;
    }

    private void AppendList(StringBuilder text, IReadOnlyList<(string Left, string Right)> lines)
    {
        const int RightAt = 30;
        foreach (var (left, right) in lines)
        {
            text.Append(' ', Indent).Append(left);
            if (left.Length + Indent > RightAt - 2)
            {
                text.Append('\n').Append(' ', RightAt);
            }
            else
            {
                text.Append(' ', RightAt - left.Length - Indent);
            }

            text.Append(Wrap(right, RightAt)).Append('\n');
        }
    }

    private string Wrap(string words, int indent)
    {
        var width = Math.Max(40, Math.Min(MaxWidth, environment.TerminalWidth)) - indent - 1;
        var wrapped = new StringBuilder();
        var used = 0;
        foreach (var word in words.Split(' '))
        {
            if (used > 0 && used + 1 + word.Length > width)
            {
                wrapped.Append('\n').Append(' ', indent);
                used = 0;
            }
            else if (used > 0)
            {
                wrapped.Append(' ');
                used++;
            }

            wrapped.Append(word);
            used += word.Length;
        }

        return wrapped.ToString();
    }
}
