using System.CommandLine;
using FlowMatrix.Core.Matching;
using FlowMatrix.Loading;
using FlowMatrix.Options;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>Drafts firewall rules that allow the connections that were seen.</summary>
internal sealed class FirewallCommand(CommandEnvironment environment) : ICommand
{
    private readonly SourceOptions _source = new();
    private readonly ViewOptions _view = new(
        "Which rows become rules",
        ViewFeatures.Chains,
        whyNoGroups: "rules come from single rows"
    );
    private readonly FirewallOptions _draft = new();
    private readonly GeneralOptions _general = new();

    public string Description =>
        "Draft firewall rules for each host: who may connect to which of its ports, with the processes behind it. "
        + "Connections that were not seen are not in the draft: review it before you load it.";

    public string Examples =>
        """
            Examples:
              flowmatrix firewall -i week.ndjson.gz --format nftables -o 'rules/{host}.nft'
              flowmatrix firewall -a skydive.example.com:8082 --policy flows.yaml --to-host db01
              flowmatrix firewall -a skydive.example.com --format networkpolicy -o policies.yaml
            """;

    public IReadOnlyList<OptionGroup> Groups => [_draft, _source, .. _view.Groups, _general];

    public async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var reporter = _general.Bind(parsed, environment);
        var source = _source.Bind(parsed, environment);
        var task = _draft.Bind(parsed);
        var (view, _) = _view.Bind(parsed, environment, reporter);
        var picked = await new RowPicker(reporter).PickAsync(source, view, MatchExtras.Rows, cancel);
        await new FirewallWriter(environment, reporter).WriteAsync(task, picked, view.Naming, cancel);
        return 0;
    }
}
