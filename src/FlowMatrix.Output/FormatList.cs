using FlowMatrix.Output.Firewall;
using FlowMatrix.Output.Graphs;
using FlowMatrix.Output.Html;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output;

/// <summary>The one list of formats: help, validation and choice all read it.</summary>
internal static class FormatList
{
    /// <summary>Selects publishing instead of a file.</summary>
    public static readonly Format Skydive = new SkydiveFormat();

    public static readonly IReadOnlyList<Format> All =
    [
        new CsvFormat(),
        new JsonFormat(),
        new NdjsonFormat(),
        new TableFormat(),
        new MarkdownFormat(),
        new HtmlFormat(),
        new XlsxFormat(),
        new MermaidFormat(),
        new D2Format(),
        new GraphmlFormat(),
        new CytoscapeFormat(),
        new DotFormat(),
        new GraphvizFormat("png"),
        new GraphvizFormat("svg"),
        new GraphvizFormat("pdf"),
        Skydive,
        new NftablesFormat(),
        new NetworkPolicyFormat(),
        new OpenStackFormat(),
    ];

    public static Format? Find(string name) =>
        All.FirstOrDefault(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The format that a file's name ends in, or none.</summary>
    public static Format? ForFile(string path) =>
        All.FirstOrDefault(format =>
            format.Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
        );
}
