using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Recordings;

/// <summary>What a recording says of itself, and the matrix of its whole span.</summary>
internal sealed record SavedRecording(RecordingHead Head, Matrix Matrix);
