namespace FlowMatrix.Testing.Estates;

/// <summary>The expected result of matching an estate, with rows as sorted lines.</summary>
internal sealed record Expected(
    IReadOnlyList<string> Rows,
    IReadOnlyList<string> UnmatchedConnections,
    int Sockets,
    int Services,
    int Connections,
    int Paired
);

internal sealed record ExpectedRow(
    string Key,
    int Connections,
    SortedSet<string> Match,
    SortedSet<string> Direction,
    SortedSet<string> Via
)
{
    public override string ToString() =>
        $"{Key} x{Connections} {string.Join('+', Match)} {string.Join('+', Direction)} [{string.Join(' ', Via)}]";
}
