namespace FlowMatrix.Sources.Skydive.Reading;

/// <summary>The kind of input.</summary>
internal enum AnswerForm
{
    /// <summary>A file: any number of answers, graphs and messages, with or without the marks of --save.</summary>
    Saved,

    /// <summary>An analyzer's answer to a query for nodes: one array.</summary>
    Nodes,

    /// <summary>An analyzer's answer to a query for the sockets of flows: one array.</summary>
    Flows,

    /// <summary>The content of a message to a subscriber: one node, or an array of nodes.</summary>
    Message,
}

/// <summary>What an object was found to contain.</summary>
[Flags]
internal enum Content
{
    None = 0,
    Node = 1,

    /// <summary>A node of type "host".</summary>
    Host = 2,

    /// <summary>A list of sockets, possibly empty: the host reports.</summary>
    Sockets = 4,

    /// <summary>A graph of nodes and edges, or a message with one.</summary>
    Graph = 8,
    Mark = 16,

    /// <summary>A captured flow without sockets.</summary>
    Flow = 32,

    /// <summary>Keys that none of these has.</summary>
    Other = 64,

    /// <summary>A graph with hosts that report sockets.</summary>
    NestedHosts = 128,
}
