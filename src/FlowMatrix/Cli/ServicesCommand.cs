using System.CommandLine;
using FlowMatrix.Formats;
using FlowMatrix.Matching;
using FlowMatrix.Matrices;

namespace FlowMatrix.Cli;

/// <summary>Every service that listens, used or not: what a matrix of connections alone can't tell.</summary>
internal sealed class ServicesCommand(Surroundings surroundings)
{
    public const string Description =
        "Every listening service, used or not: host, bound address and scope (loopback, one address, all, container), port, process, "
        + "connections, number of clients and the hosts they are on.";

    public const string Examples = """
        Examples:
          flowmatrix services -a skydive.example.com:8082 -f table
          flowmatrix services -a skydive.example.com --exposed --unused
          flowmatrix services -i day.json --from-host "web*"
        """;

    private readonly SourceOptions _source = new();
    private readonly ViewOptions _view = new(
        "Which services (filters of a client, from-, pick the clients that are counted)", rows: false);
    private readonly ServiceOptions _which = new();
    private readonly ListingOptions _output = new();
    private readonly GeneralOptions _general = new();

    public IReadOnlyList<OptionGroup> Groups => [_source, .. _view.Groups, _which, _output, _general];

    public async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var talk = _general.Bind(parsed, surroundings);
        var source = _source.Bind(parsed, surroundings);
        var output = _output.Bind(parsed, surroundings);
        var (view, _) = _view.Bind(parsed, surroundings, talk);

        var observed = await new Observer(talk).ObserveAsync(source, Keep.Rows, cancel);
        var all = ListeningServices.Of(observed.Estate, observed.Matrix);
        var steps = new List<ViewStep>();
        var list = _which.Apply(parsed, all.Of(view, _which.WantsUnused(parsed), steps), steps);
        talk.Steps(steps, "service", all.Services.Count);
        await output.WriteAsync(ServiceListing.Of(list), surroundings, cancel);
        return 0;
    }
}
