using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Sources;

/// <summary>Where sockets come from: an analyzer, files, standard input. Chosen once; nothing after it knows which.</summary>
internal interface ISource
{
    /// <exception cref="Failure">It cannot be read, or not to its end.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<SocketTable> ReadAsync(ReadProgress progress, CancellationToken cancel);
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

    /// <summary>A sentence for the user about something that doesn't stop the work.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>A sentence for the user who asked for details.</summary>
    public Action<string> Detail { get; init; } = _ => { };

    public Action Changed { get; init; } = () => { };

    public void Add(int hosts, int sockets)
    {
        Interlocked.Add(ref _hostsRead, hosts);
        Interlocked.Add(ref _socketsRead, sockets);
        Changed();
    }
}
