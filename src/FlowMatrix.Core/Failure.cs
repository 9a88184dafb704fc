namespace FlowMatrix.Core;

/// <summary>What went wrong with the world; the values are the tool's exit codes.</summary>
internal enum FailureKind
{
    /// <summary>The command line asks for something that cannot be done.</summary>
    Usage = 2,

    /// <summary>The analyzer cannot be reached, refuses, or returns an invalid response.</summary>
    Analyzer = 3,

    /// <summary>A file cannot be read or written, or holds no host with sockets.</summary>
    Input = 4,

    /// <summary>Graphviz is missing or fails.</summary>
    Graphviz = 5,
}

/// <summary>
/// The one exception for failures of the world. Its message says what failed, where, and what to do, in one line;
/// the command layer prints it and exits with the kind's number.
/// </summary>
internal sealed class Failure(FailureKind kind, string message, Exception? cause = null) : Exception(message, cause)
{
    public FailureKind Kind { get; } = kind;
}
