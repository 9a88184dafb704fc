using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Graphs;

/// <summary>
/// Labels of nodes and edges, shared by all formats of graphs except <see cref="DotFormat"/>. Control characters are
/// escaped already; each format adds the escapes of its language.
/// </summary>
/// <param name="by">What a node stands for in a grouped matrix; null if it is not grouped.</param>
internal sealed class GraphText(Matrix matrix, GroupBy? by = null)
{
    private readonly RowTexts _texts = new(matrix, Printable.Escape);
    private readonly bool _isHostGraph = by is GroupBy.Host or GroupBy.Network;

    /// <summary>The host whose box a node is drawn in, or null if it is drawn in no box.</summary>
    public string? Host(GraphNode node) =>
        node.Host == 0 || _isHostGraph || matrix.IsExternal(node.Host) ? null : _texts.Host(node.Host);

    public bool IsExternal(GraphNode node) => matrix.IsExternal(node.Host);

    public string Label(GraphNode node)
    {
        var place =
            node.Host != 0 ? _texts.Host(node.Host)
            : node.Address != 0 ? _texts.Address(node.Address)
            : EndNames.External;
        if (_isHostGraph)
        {
            return place;
        }

        return IsExternal(node)
            ? $"{EndNames.Process(_texts, node.Process, unknown: "")} {place}".TrimStart()
            : EndNames.Process(_texts, node.Process);
    }

    public string Path(GraphNode node) => _texts.Path(node.Process);

    public string Address(GraphNode node) => _texts.Address(node.Address);

    /// <summary>Such as "3306, 53/udp".</summary>
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
