using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>How much is printed on standard error.</summary>
internal sealed class GeneralOptions : OptionGroup
{
    private readonly Option<bool> _quiet;
    private readonly Option<bool> _verbose;

    public GeneralOptions()
        : base("General")
    {
        _quiet = Switch("--quiet", "print errors only: no progress, no warnings", "-q");
        _verbose = Switch("--verbose", "print each request with its size and duration", "-v");
    }

    public ConsoleReporter Bind(ParseResult parsed, CommandEnvironment environment)
    {
        if (parsed.GetValue(_quiet) && parsed.GetValue(_verbose))
        {
            throw new Failure(FailureKind.Usage, "--quiet and --verbose: use one or the other");
        }

        return new ConsoleReporter(environment, parsed.GetValue(_quiet), parsed.GetValue(_verbose));
    }
}
