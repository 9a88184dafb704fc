using FlowMatrix.Tables;

namespace FlowMatrix.Sockets;

internal static class SocketUse
{
    public static void Socket(this VocabularyUse used, in Socket socket)
    {
        used.Address(socket.Local);
        used.Address(socket.Remote);
        used.Process(socket.Process);
    }
}
