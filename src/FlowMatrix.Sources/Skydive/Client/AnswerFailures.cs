using FlowMatrix.Core;
using FlowMatrix.Sources.Json;

namespace FlowMatrix.Sources.Skydive.Reading;

/// <summary>What can be wrong with the form of an answer, said with where it comes from.</summary>
internal sealed class AnswerFailures(FailureKind kind, string source)
{
    public Failure CutOff(in JsonStream json) => new(
        kind, $"{source}: ends in the middle of the answer ({json.Place()}); fetch or save it again");

    public Failure Nonsense(string what, Exception? cause = null) =>
        new(kind, $"{source}: not a response of a Skydive analyzer: {what}", cause);
}
