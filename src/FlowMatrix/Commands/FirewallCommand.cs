using System.CommandLine;
using FlowMatrix.Core.Matching;
using FlowMatrix.Loading;
using FlowMatrix.Options;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>A draft of firewall rules that let in what was seen.</summary>
internal sealed class FirewallCommand(CommandEnvironment environment) : ICommand
{
    private readonly SourceOptions _source = new();
    private readonly ViewOptions _view = new("Which rows become rules", rows: true);
    private readonly FirewallOptions _draft = new();
    private readonly GeneralOptions _general = new();

    public string Name => "firewall";

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
        var (asked, _) = _view.Bind(parsed, environment, reporter);
        var all = await new MatrixLoader(reporter).MatrixAsync(
            source,
            asked.HasChains ? MatchExtras.Programs : MatchExtras.Rows,
            cancel
        );
        var view = MatrixCommand.Ungrouped(asked, reporter);
        var picked = view.Pick(all.Matrix);
        reporter.Steps(picked.Steps, "row", all.Matrix.Rows.Length);
        await new FirewallWriter(environment, reporter).WriteAsync(
            task,
            picked.ToMatrix(),
            view.Naming,
            picked.Steps,
            cancel
        );
        return 0;
    }
}
