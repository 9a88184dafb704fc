using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Sources.Skydive.Reading;

/// <summary>The keys of a socket in an answer.</summary>
internal enum SocketField : byte
{
    LocalAddress,
    LocalPort,
    RemoteAddress,
    RemotePort,
    Protocol,
    State,
    Process,
    Name,
    Pid,
}

internal static class SocketFields
{
    public const int Count = 9;

    /// <summary>A bit per field that every socket must have.</summary>
    public const int Required = (1 << 6) - 1;

    /// <summary>A bit per field of the endpoints. An object with none of them is not a socket.</summary>
    public const int Endpoints = (1 << 4) - 1;

    private static readonly byte[][] Names =
    [
        .. Enum.GetNames<SocketField>().Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    public static ReadOnlySpan<byte> Utf8(this SocketField field) => Names[(int)field];

    public static bool TryParse(ReadOnlySpan<byte> key, out SocketField field)
    {
        for (field = 0; (int)field < Count; field++)
        {
            if (key.SequenceEqual(Names[(int)field]))
            {
                return true;
            }
        }

        return false;
    }

    public static bool TryParseState(ReadOnlySpan<byte> text, out SocketState state)
    {
        SocketState? found = text switch
        {
            _ when text.SequenceEqual("ESTABLISHED"u8) => SocketState.Established,
            _ when text.SequenceEqual("LISTEN"u8) => SocketState.Listen,
            _ when text.SequenceEqual("TIME_WAIT"u8) => SocketState.TimeWait,
            _ when text.SequenceEqual("CLOSE_WAIT"u8) => SocketState.CloseWait,
            _ when text.SequenceEqual("CLOSE"u8) => SocketState.Close,
            _ when text.SequenceEqual("SYN_SENT"u8) => SocketState.SynSent,
            _ when text.SequenceEqual("SYN_RECV"u8) => SocketState.SynRecv,
            _ when text.SequenceEqual("FIN_WAIT1"u8) => SocketState.FinWait1,
            _ when text.SequenceEqual("FIN_WAIT2"u8) => SocketState.FinWait2,
            _ when text.SequenceEqual("LAST_ACK"u8) => SocketState.LastAck,
            _ when text.SequenceEqual("CLOSING"u8) => SocketState.Closing,
            _ when text.SequenceEqual("UNKNOWN"u8) => SocketState.Unknown,
            _ => null,
        };
        state = found ?? SocketState.Unknown;
        return found is not null;
    }
}
