namespace FlowMatrix.Core.Model;

/// <summary>When a row of a recording was seen. Source: docs/live.md, "The file".</summary>
/// <param name="First">First time, in UTC, to the second.</param>
/// <param name="Last">Last time, in UTC, to the second; not before the first.</param>
/// <param name="Scans">Number of scans that saw the row; 0 if it does not come from a recording.</param>
internal readonly record struct SeenRange(DateTimeOffset First, DateTimeOffset Last, int Scans)
{
    public bool IsKnown => Scans > 0;

    /// <summary>
    /// Combines the ranges of two rows that were merged: the earliest, the latest and the largest value.
    /// </summary>
    public SeenRange Or(SeenRange other) =>
        !other.IsKnown ? this
        : !IsKnown ? other
        : new SeenRange(
            First < other.First ? First : other.First,
            Last > other.Last ? Last : other.Last,
            Math.Max(Scans, other.Scans)
        );
}
