using System.CommandLine;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Views;
using FlowMatrix.Loading;
using FlowMatrix.Options;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>Lists every listening service, used or not.</summary>
internal sealed class ServicesCommand(CommandEnvironment environment) : ICommand
{
    public string Description =>
        "List every listening service, used or not: host, bound address and scope (loopback, one address, all, "
        + "container), port, process, and the number of its connections, its clients and their hosts.";

    public string Examples =>
        """
            Examples:
              flowmatrix services -a skydive.example.com:8082 -f table
              flowmatrix services -a skydive.example.com --exposed --unused
              flowmatrix services -i day.json --from-host "web*"
            """;

    private readonly SourceOptions _source = new();
    private readonly ViewOptions _view = new(
        "Which services (filters named --from-… select the clients that are counted)",
        ViewFeatures.None
    );
    private readonly ServiceOptions _which = new();
    private readonly ListingOptions _output = new();
    private readonly GeneralOptions _general = new();

    public IReadOnlyList<OptionGroup> Groups => [_source, .. _view.Groups, _which, _output, _general];

    public async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var reporter = _general.Bind(parsed, environment);
        var source = _source.Bind(parsed, environment);
        var output = _output.Bind(parsed, environment);
        var (view, _) = _view.Bind(parsed, environment, reporter);

        var loaded = await new MatrixLoader(reporter).LoadEstateAsync(source, MatchExtras.Rows, cancel);
        var all = ListeningServices.Find(loaded.Estate, loaded.Matrix);
        var steps = new List<ViewStep>();
        var list = _which.Apply(parsed, all.Apply(view, _which.WantsUnused(parsed), steps), steps);
        reporter.Steps(steps, "service", all.Services.Count);
        await output.WriteAsync(list, environment, cancel);
        return 0;
    }
}
