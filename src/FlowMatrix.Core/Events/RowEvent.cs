using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Events;

/// <summary>A row that came or went.</summary>
/// <param name="State">As it is now where it came, as it last was where it went.</param>
/// <param name="Time">When that was first seen.</param>
internal readonly record struct RowEvent(RowState State, bool Came, DateTimeOffset Time);
