using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Sockets;

/// <summary>
/// Where endpoints are unique: a network namespace of a host, or the whole host if its namespaces are not known. Both
/// are IDs of an <see cref="IdTables"/>. Source: docs/matching.md, "Network namespaces".
/// </summary>
/// <param name="Host">0 if the host is not known.</param>
/// <param name="Namespace">0 if the namespace is not known.</param>
internal readonly record struct Place(int Host, int Namespace)
{
    /// <summary>One number for tables: hosts are positive, namespaces negative.</summary>
    public int Id => Namespace != 0 ? -Namespace : Host;

    public bool IsWholeHost => Namespace == 0;

    public static Place WholeHost(int host) => new(host, 0);

    public Place MapIds(IdMap map) => new(map.Host(Host), map.Namespace(Namespace));
}

/// <summary>A range of a list of sockets that belongs to one place. The end is exclusive.</summary>
internal readonly record struct SocketRange(Place Place, int Start, int Count)
{
    public int Host => Place.Host;

    public int End => Start + Count;
}
