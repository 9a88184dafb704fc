using FlowMatrix.Core;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Sources;

/// <summary>
/// Where a matrix comes from: an analyzer, files, standard input. Chosen once; nothing after it knows which.
/// </summary>
internal interface ISource
{
    /// <summary>Reads all of it.</summary>
    /// <exception cref="Failure">It cannot be read, or not to its end.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<SourceContent> ReadAsync(ReadProgress progress, CancellationToken cancel);
}

/// <summary>What a source holds: the sockets of hosts, or the matrix of an earlier run.</summary>
internal sealed class SourceContent
{
    private readonly SocketTable? _sockets;
    private readonly string _where = "";

    public SourceContent(SocketTable sockets) => _sockets = sockets;

    /// <param name="where">The name of the file, for messages.</param>
    public SourceContent(Matrix matrix, string where) => (Matrix, _where) = (matrix, where);

    /// <summary>Null if the source holds sockets.</summary>
    public Matrix? Matrix { get; }

    /// <exception cref="Failure">The source holds a matrix.</exception>
    public SocketTable Sockets => _sockets ?? throw HasNoSockets(_where);

    public static Failure HasNoSockets(string where) =>
        new(
            FailureKind.Input,
            $"{where}: holds the rows of a matrix, not sockets: give such a file alone, "
                + "and only where no sockets are needed"
        );
}

/// <summary>How far a source is, and what a user should know meanwhile. Safe to call from several threads.</summary>
internal sealed class ReadProgress
{
    private int _hostsRead;
    private long _socketsRead;

    /// <summary>How many hosts there are, where that is known beforehand; else 0.</summary>
    public int HostsExpected { get; set; }

    public int HostsRead => _hostsRead;

    public long SocketsRead => _socketsRead;

    /// <summary>Called with a warning for the user.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Called with a message that is shown with --verbose.</summary>
    public Action<string> Detail { get; init; } = _ => { };

    public Action Changed { get; init; } = () => { };

    public void Add(int hosts, int sockets)
    {
        Interlocked.Add(ref _hostsRead, hosts);
        Interlocked.Add(ref _socketsRead, sockets);
        Changed();
    }
}
