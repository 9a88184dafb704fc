using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>The one list of commands, in the order of the help. The first one runs if no command is named.</summary>
internal static class CommandList
{
    public static IReadOnlyList<ICommand> All(CommandEnvironment environment) =>
        [
            new MatrixCommand(environment),
            new ServicesCommand(environment),
            new WatchCommand(environment),
            new RecordCommand(environment),
            new DiffCommand(environment),
            new CheckCommand(environment),
            new FirewallCommand(environment),
        ];
}
