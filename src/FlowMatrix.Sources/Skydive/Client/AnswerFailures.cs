using FlowMatrix.Core;
using FlowMatrix.Sources.Json;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>The errors for an answer that is truncated or not valid.</summary>
/// <param name="source">Where the answer comes from: the analyzer's address, or the name of a file.</param>
internal sealed class AnswerFailures(FailureKind kind, string source)
{
    public Failure CutOff(in JsonStream json) =>
        new(kind, $"{source}: ends in the middle of the answer ({json.Place()}); fetch or save it again");

    public Failure Invalid(string what, Exception? cause = null) =>
        new(kind, $"{source}: not a response of a Skydive analyzer: {what}", cause);

    public Failure Unexpected(in JsonStream json, string expected) =>
        Invalid($"{json.Place()}: {JsonText.KindOf(json.TokenType)} where there should be {expected}");
}
