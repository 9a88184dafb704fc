using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using FlowMatrix.Core;
using FlowMatrix.Core.Text;
using FlowMatrix.Options;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>From arguments to an exit code: the one place where failures become messages.</summary>
internal static class CommandLine
{
    public const int Interrupted = 130;

    /// <summary>The exit code for a bug of the tool, or for too little memory.</summary>
    private const int Unexpected = 70;

    /// <summary>If it is 1, the exception behind exit code 70 is printed.</summary>
    private const string DebugVariable = "FLOWMATRIX_DEBUG";

    /// <summary>Runs in this process, and handles its signals.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        StandardStreams.OpenClosed();
        AppDomain.CurrentDomain.UnhandledException += (_, fault) =>
        {
            // The runtime would print a stack trace and abort.
            StandardStreams.LastLine(fault.ExceptionObject as Exception);
            Environment.Exit(Unexpected);
        };
        try
        {
            return await RunUntilSignalAsync(arguments);
        }
        catch (Exception e)
        {
            // Not even the console could be set up.
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

        var environment = CommandEnvironment.FromProcess();
        var work = Task.Run(() => RunAsync(arguments, environment, stop.Token));
        if (await Task.WhenAny(work, interrupted.Task) == work)
        {
            return await work;
        }

        await Task.WhenAny(work, again.Task, Task.Delay(environment.ShutdownTimeout.Limit, environment.Time));
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
            var parsed = Parse(arguments, environment);
            if (parsed.Errors.Count > 0 && parsed.Action?.ClearsParseErrors != true)
            {
                throw new UsageProblem(parsed, environment.Directory).Failure;
            }

            RefuseMisplaced(parsed);
            OutputConflicts.RefuseOverwriting(parsed);
            OutputConflicts.RemoveLeftovers(parsed);
            using var output = new StringWriter();
            var code = await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = output,
                },
                cancel
            );
            OutputWriter.WriteText(output.ToString(), environment.Output);
            return code;
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // Any failure now is a result of the interrupt: Ctrl-C ends Graphviz, too.
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
            var reporter = new ConsoleReporter(environment, quiet: false, verbose: false);
            reporter.Error(
                $"unexpected: {e.GetType().Name}: {e.Message}; please report this with the command that you ran "
                    + $"({DebugVariable}=1 prints more)"
            );
            foreach (var line in environment.Variable(DebugVariable) is "1" ? e.ToString().Split('\n') : [])
            {
                reporter.Line(line.TrimEnd());
            }

            return Unexpected;
        }
    }

    /// <summary>
    /// Parses with the options of the named command only: creating those of all commands would be a tenth of the
    /// start-up. Help, completion and the explanation of an error need all.
    /// </summary>
    public static ParseResult Parse(string[] arguments, CommandEnvironment environment)
    {
        var parsed = Parse(arguments, environment, command => arguments.Contains(command.Name));
        return
            parsed.Errors.Count == 0
            && parsed.Action is not Help
            && parsed.Tokens.All(token => token.Type != TokenType.Directive)
            ? parsed
            : Parse(arguments, environment, _ => true);
    }

    private static ParseResult Parse(
        string[] arguments,
        CommandEnvironment environment,
        Predicate<CommandEntry> needsOptions
    )
    {
        var root = new RootCommand();
        Set(root, CommandList.All[0]);
        root.Options.OfType<VersionOption>().Single().Description = "print the version";
        foreach (var entry in CommandList.All.Skip(1))
        {
            var sub = new Command(entry.Name);
            root.Subcommands.Add(sub);
            if (needsOptions(entry))
            {
                sub.Options.Add(new HelpOption());
                Set(sub, entry);
            }
        }

        return root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

        void Set(Command parsed, CommandEntry entry)
        {
            var command = entry.Create(environment);
            parsed.Description = command.Description;
            foreach (var argument in command.Arguments)
            {
                parsed.Arguments.Add(argument);
            }

            var groups = command.Groups;
            foreach (var group in groups)
            {
                group.AddTo(parsed);
            }

            parsed.SetAction(command.RunAsync);
            Help.Replace(parsed, new Help(environment, groups, command.Examples));
        }
    }

    /// <summary>Options before the name of a command belong to the root command, which does not run.</summary>
    private static void RefuseMisplaced(ParseResult parsed)
    {
        if (
            parsed.CommandResult != parsed.RootCommandResult
            && parsed.RootCommandResult.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit)
                is { } option
        )
        {
            var (command, name) = (parsed.CommandResult.Command.Name, option.IdentifierToken?.Value);
            throw new Failure(
                FailureKind.Usage,
                $"{name} is before {command}: put options after the command, as in flowmatrix {command} {name}"
            );
        }
    }
}
