using FlowMatrix.Sources.Skydive.Reading;

namespace FlowMatrix.Sources;

/// <summary>A query, and what its answer must hold.</summary>
/// <param name="Hosts">The names of the hosts that are asked for; none where others than hosts are.</param>
internal sealed record Question(string Gremlin, AnswerForm Form, IReadOnlyList<string> Hosts);
