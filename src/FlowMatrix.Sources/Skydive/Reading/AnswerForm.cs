namespace FlowMatrix.Sources.Skydive.Reading;

/// <summary>What is read.</summary>
internal enum AnswerForm
{
    /// <summary>A file: answers, graphs and messages, one after the other, and the marks around them.</summary>
    Saved,

    /// <summary>An analyzer's answer to a query for nodes: one array of them.</summary>
    Nodes,

    /// <summary>An analyzer's answer to a query for the sockets of flows: one array.</summary>
    Flows,

    /// <summary>What a subscriber's message holds: one node, or an array of them.</summary>
    Message,
}

/// <summary>What an object turned out to be while it was read.</summary>
[Flags]
internal enum Content
{
    None = 0,
    Node = 1,

    /// <summary>A node that says that it is a host's.</summary>
    Host = 2,

    /// <summary>There were sockets, even none of them: a host that reports.</summary>
    Sockets = 4,

    /// <summary>Nodes and edges, or a message with them.</summary>
    Graph = 8,
    Mark = 16,

    /// <summary>A captured flow, which has no sockets.</summary>
    Flow = 32,

    /// <summary>It has what none of these has.</summary>
    Other = 64,

    /// <summary>Hosts with sockets were read from inside it.</summary>
    Inside = 128,
}
