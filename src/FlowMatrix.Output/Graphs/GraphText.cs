using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Graphs;

/// <summary>What a graph's nodes and edges are called in every format but Graphviz's, before that format's escaping.</summary>
/// <param name="by">What a node is where rows were merged.</param>
internal sealed class GraphText(Matrix matrix, GroupBy? by = null)
{
    private readonly RowTexts _texts = new(matrix, Printable.Escape);
    private readonly bool _placesOnly = by is GroupBy.Host or GroupBy.Network;

    /// <summary>A node's group, or null where it stands by itself.</summary>
    public string? Host(GraphNode node) =>
        node.Host == 0 || _placesOnly || matrix.IsExternal(node.Host) ? null : _texts.Host(node.Host);

    public bool IsExternal(GraphNode node) => matrix.IsExternal(node.Host);

    public string Label(GraphNode node)
    {
        var place =
            node.Host != 0 ? _texts.Host(node.Host)
            : node.Address != 0 ? _texts.Address(node.Address)
            : EndNames.External;
        if (_placesOnly)
        {
            return place;
        }

        return IsExternal(node)
            ? $"{EndNames.Process(_texts, node.Process, unknown: "")} {place}".TrimStart()
            : EndNames.Process(_texts, node.Process);
    }

    public string Path(GraphNode node) => _texts.Path(node.Process);

    public string Address(GraphNode node) => _texts.Address(node.Address);

    /// <summary>"3306, 53/udp".</summary>
    public static string Ports(IEnumerable<(Protocol Protocol, ushort Port)> ports) =>
        string.Join(
            ", ",
            ports.Select(port =>
                port.Protocol == Protocol.Tcp
                    ? port.Port.ToString(CultureInfo.InvariantCulture)
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"{port.Port}/{port.Protocol.Name().ToLowerInvariant()}"
                    )
            )
        );
}
