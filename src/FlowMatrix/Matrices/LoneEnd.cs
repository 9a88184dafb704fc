using FlowMatrix.Tables;

namespace FlowMatrix.Matrices;

/// <summary>
/// The seen end of a connection whose other end's process is not known: numbers into a <see cref="Vocabulary"/>.
/// </summary>
/// <param name="PeerHost">The host that has the peer's address; 0 for an external peer.</param>
internal readonly record struct LoneEnd(
    Protocol Protocol,
    int Host,
    int Address,
    ushort Port,
    int Process,
    int Pid,
    int PeerHost,
    int PeerAddress,
    ushort PeerPort);
