namespace FlowMatrix.Skydive;

/// <summary>
/// A moment as a user writes it, in the form that the analyzer takes: RFC 1123, or a Go duration before now.
/// Source: what a real analyzer takes in At and Context.
/// </summary>
internal sealed record PointInTime(string Gremlin);
