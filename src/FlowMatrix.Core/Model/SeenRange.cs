namespace FlowMatrix.Core.Model;

/// <summary>When a row of a recording was there: what is known of it beside its fields.</summary>
/// <param name="First">UTC, to the second.</param>
/// <param name="Last">Likewise, and never before the first.</param>
/// <param name="Scans">In how many scans; 0 where the row comes from no recording.</param>
internal readonly record struct SeenRange(DateTimeOffset First, DateTimeOffset Last, int Scans)
{
    public bool IsKnown => Scans > 0;

    /// <summary>Of two rows that became one: it was there while any of them was, in at least as many scans as each.</summary>
    public SeenRange Or(SeenRange other) =>
        !other.IsKnown ? this
        : !IsKnown ? other
        : new SeenRange(
            First < other.First ? First : other.First,
            Last > other.Last ? Last : other.Last,
            Math.Max(Scans, other.Scans)
        );
}
