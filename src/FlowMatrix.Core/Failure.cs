namespace FlowMatrix.Core;

/// <summary>Kinds of failure. The values are the tool's exit codes.</summary>
internal enum FailureKind
{
    /// <summary>The command line asks for something that cannot be done.</summary>
    Usage = 2,

    /// <summary>
    /// The analyzer or a host cannot be reached, refuses the request, or returns an invalid response.
    /// </summary>
    Analyzer = 3,

    /// <summary>A file cannot be read or written, or contains no host with sockets.</summary>
    Input = 4,

    /// <summary>Graphviz is missing or fails.</summary>
    Graphviz = 5,
}

/// <summary>
/// The one exception type for mistakes of the user and for failures outside the tool, such as files and networks. The
/// message is one line: what failed, where, and what to do. The command layer prints it and exits with the value of
/// <see cref="Kind"/>.
/// </summary>
internal sealed class Failure(FailureKind kind, string message, Exception? cause = null) : Exception(message, cause)
{
    public FailureKind Kind { get; } = kind;
}
