using FlowMatrix.Tables;

namespace FlowMatrix.Sockets;

internal static class SocketTranslation
{
    public static Socket Socket(this Translation translation, Socket socket)
    {
        socket.Local = translation.Address(socket.Local);
        socket.Remote = translation.Address(socket.Remote);
        socket.Process = translation.Process(socket.Process);
        return socket;
    }
}
