using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Events;

/// <summary>A live event: a row that appeared or ended.</summary>
/// <param name="State">The current state of a row that appeared, the last state of a row that ended.</param>
/// <param name="Appeared">Whether the row appeared; otherwise it ended.</param>
/// <param name="Time">When the change was first seen.</param>
internal readonly record struct RowEvent(RowState State, bool Appeared, DateTimeOffset Time);
