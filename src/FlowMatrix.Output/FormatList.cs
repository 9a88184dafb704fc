using FlowMatrix.Output.Firewall;
using FlowMatrix.Output.Graphs;
using FlowMatrix.Output.Html;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output;

/// <summary>
/// All formats, in the order of the help. The help text, the validation and the choice of a format read this list.
/// </summary>
internal static class FormatList
{
    /// <summary>Publishes the matrix to an analyzer instead of writing a file.</summary>
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

    /// <summary>The format that the extension of a file name selects, or null.</summary>
    public static Format? ForFile(string path) =>
        All.FirstOrDefault(format =>
            format.Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
        );
}
