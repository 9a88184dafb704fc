using FlowMatrix.Output;
using FlowMatrix.Output.Events;

namespace FlowMatrix.Live;

/// <summary>The options of a watch.</summary>
internal sealed record WatchRequest(
    EventFormat Format,
    string? Path,
    bool IsScreen,
    bool Initial,
    TimeSpan Settle,
    TimeSpan Grace,
    WatchEnd End,
    FormatOptions Options
);
