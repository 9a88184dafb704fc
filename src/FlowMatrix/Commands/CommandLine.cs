using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using FlowMatrix.Core;
using FlowMatrix.Options;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>From arguments to an exit code: the one place where failures become messages.</summary>
internal static class CommandLine
{
    public const int Interrupted = 130;

    /// <summary>A bug of ours, or a machine that is too small; no other exit code says that.</summary>
    private const int Unexpected = 70;

    private const string Examples = """
        Examples:
          flowmatrix --analyzer skydive.example.com:8082
          flowmatrix -a https://skydive.example.com --username admin --password-file pw -f json
          flowmatrix -a skydive.example.com -o matrix.png
          flowmatrix -a skydive.example.com -f table --to-port 3306,5432 --not --from-host "db*"
          flowmatrix -a skydive.example.com --group-by service -o services.svg
          skydive client query "G.V().Has('Type','host').HasKey('Sockets')" | flowmatrix -i - -f table
        """;

    /// <summary>Runs in this process, whose signals end it.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        StandardStreams.Occupy();
        AppDomain.CurrentDomain.UnhandledException += (_, fault) =>
        {
            // On a thread of the runtime's own: it would print a stack trace and abort.
            StandardStreams.LastLine(fault.ExceptionObject as Exception);
            Environment.Exit(Unexpected);
        };
        try
        {
            return await RunUntilSignalAsync(arguments);
        }
        catch (Exception e)
        {
            // There isn't even what messages are written with.
            StandardStreams.LastLine(e);
            return Unexpected;
        }
    }

    private static async Task<int> RunUntilSignalAsync(string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        var interrupted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        var environment = CommandEnvironment.OfThisProcess();
        var work = Task.Run(() => RunAsync(arguments, environment, stop.Token));
        if (await Task.WhenAny(work, interrupted.Task) == work)
        {
            return await work;
        }

        await Task.WhenAny(work, again.Task, Task.Delay(environment.ShutdownTimeout.Most));
        return Interrupted;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
            if (!interrupted.TrySetResult())
            {
                again.TrySetResult();
            }
        }
    }

    public static async Task<int> RunAsync(string[] arguments, CommandEnvironment environment, CancellationToken cancel)
    {
        try
        {
            var parsed = Build(environment).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0 && parsed.Action?.ClearsParseErrors != true)
            {
                throw new UsageProblem(parsed, environment.Directory).Failure;
            }

            RefuseMisplaced(parsed);
            OutputConflicts.RefuseOverwriting(parsed);
            OutputConflicts.RemoveLeftovers(parsed);
            using var said = new StringWriter();
            var code = await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = said,
                },
                cancel);
            OutputWriter.WriteText(said.ToString(), environment.Output);
            return code;
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // What fails then, fails because of that: Ctrl-C ends Graphviz too.
            return Interrupted;
        }
        catch (Failure failure)
        {
            new ConsoleReporter(environment, quiet: false, verbose: false).Error(failure.Message);
            return (int)failure.Kind;
        }
        catch (Exception e) when (StandardStreams.IsOutOfMemory(e))
        {
            new ConsoleReporter(environment, quiet: false, verbose: false).Error(StandardStreams.OutOfMemory);
            return Unexpected;
        }
        catch (Exception e)
        {
            new ConsoleReporter(environment, quiet: false, verbose: false).Error(
                $"unexpected: {e.GetType().Name}: {e.Message}; please report this with the command that you ran");
            return Unexpected;
        }
    }

    private static RootCommand Build(CommandEnvironment environment)
    {
        var root = new RootCommand(
            "Which process on which host talks to which service on which other host: asks a Skydive analyzer for the "
            + "sockets of all its hosts, pairs the two ends of each connection, and writes the flow matrix.");
        var matrix = new MatrixCommand(environment);
        Set(root, matrix.Groups, matrix.RunAsync, Examples);
        root.Options.OfType<VersionOption>().Single().Description = "show the version";
        var services = new ServicesCommand(environment);
        Add("services", ServicesCommand.Description, services.Groups, services.RunAsync, ServicesCommand.Examples);
        var watch = new WatchCommand(environment);
        Add("watch", WatchCommand.Description, watch.Groups, watch.RunAsync, WatchCommand.Examples);
        var record = new RecordCommand(environment);
        Add("record", RecordCommand.Description, record.Groups, record.RunAsync, RecordCommand.Examples);
        var diff = new DiffCommand(environment);
        Add("diff", DiffCommand.Description, diff.Groups, diff.RunAsync, DiffCommand.Examples, diff.Arguments);
        var check = new CheckCommand(environment);
        Add("check", CheckCommand.Description, check.Groups, check.RunAsync, CheckCommand.Examples);
        return root;

        void Add(
            string name, string description, IReadOnlyList<OptionGroup> groups, Run run, string examples, params IEnumerable<Argument> arguments)
        {
            var command = new Command(name, description);
            root.Subcommands.Add(command);
            foreach (var argument in arguments)
            {
                command.Arguments.Add(argument);
            }

            command.Options.Add(new HelpOption());
            Set(command, groups, run, examples);
        }

        void Set(Command command, IReadOnlyList<OptionGroup> groups, Run run, string examples)
        {
            foreach (var group in groups)
            {
                group.AddTo(command);
            }

            command.SetAction((parsed, cancel) => run(parsed, cancel));
            Help.Replace(command, new Help(environment, groups, examples));
        }
    }

    /// <summary>What stands before the name of a command is the root command's, which doesn't run then.</summary>
    private static void RefuseMisplaced(ParseResult parsed)
    {
        if (parsed.CommandResult != parsed.RootCommandResult
            && parsed.RootCommandResult.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit) is { } option)
        {
            var command = parsed.CommandResult.Command.Name;
            throw new Failure(
                FailureKind.Usage,
                $"{option.IdentifierToken?.Value} stands before {command}: options come after the command, as in flowmatrix {command} {option.IdentifierToken?.Value}");
        }
    }

    private delegate Task<int> Run(ParseResult parsed, CancellationToken cancel);
}
