using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Recordings;

/// <summary>A recording as read from a file: its first line, and the matrix of all its rows.</summary>
internal sealed record SavedRecording(RecordingHead Head, Matrix Matrix);
