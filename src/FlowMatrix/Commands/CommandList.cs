using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>A registered command.</summary>
/// <param name="Name">The name as users type it.</param>
/// <param name="Create">Creates the command with its options.</param>
internal sealed record CommandEntry(string Name, Func<CommandEnvironment, ICommand> Create);

/// <summary>The one list of commands, in the order of the help. The first one runs if no command is named.</summary>
internal static class CommandList
{
    public static IReadOnlyList<CommandEntry> All { get; } =
    [
        new("flowmatrix", static environment => new MatrixCommand(environment)),
        new("services", static environment => new ServicesCommand(environment)),
        new("watch", static environment => new WatchCommand(environment)),
        new("record", static environment => new RecordCommand(environment)),
        new("diff", static environment => new DiffCommand(environment)),
        new("check", static environment => new CheckCommand(environment)),
        new("firewall", static environment => new FirewallCommand(environment)),
    ];
}
