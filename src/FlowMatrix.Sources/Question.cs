using FlowMatrix.Sources.Skydive.Reading;

namespace FlowMatrix.Sources;

/// <summary>A query, and what its answer must hold.</summary>
/// <param name="Hosts">The names of the requested hosts; empty if it is not a query for hosts.</param>
internal sealed record Question(string Gremlin, AnswerForm Form, IReadOnlyList<string> Hosts);
