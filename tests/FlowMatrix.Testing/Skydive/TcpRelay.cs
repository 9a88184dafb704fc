using System.Net;
using System.Net.Sockets;

namespace FlowMatrix.Testing.Skydive;

/// <summary>
/// A relay between a client and an analyzer. While it hangs, no byte is forwarded and nothing is closed, as with an
/// analyzer whose process is stopped. New connections can be forwarded to another analyzer, as when a host name gets a
/// new address.
/// </summary>
internal sealed class TcpRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private volatile Uri _target;
    private volatile TaskCompletionSource _resumed = new();
    private volatile TaskCompletionSource _sent = new();

    public TcpRelay(Uri target)
    {
        _target = target;
        _resumed.SetResult();
        _listener.Start();
        Address = new UriBuilder(target) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>The number of accepted connections.</summary>
    public int Connections { get; private set; }

    /// <summary>Waits for bytes that the client sends from now on.</summary>
    public Task WaitForClientDataAsync()
    {
        _sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _sent.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public void Hang() => _resumed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume() => _resumed.TrySetResult();

    /// <summary>Forwards new connections to another analyzer. Open connections stay.</summary>
    public void ForwardTo(Uri target) => _target = target;

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                Connections++;
                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _target.Port, _end.Token);
                _ = CopyAsync(client, server, () => _sent.TrySetResult());
                _ = CopyAsync(server, client, () => { });
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, Action copied)
    {
        try
        {
            var buffer = new byte[16 * 1024];
            while (await from.GetStream().ReadAsync(buffer, _end.Token) is > 0 and var read)
            {
                await _resumed.Task.WaitAsync(_end.Token);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _end.Token);
                copied();
            }
        }
        catch (Exception e)
            when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException
            )
        {
            // One side has closed the connection.
        }

        from.Dispose();
        to.Dispose();
    }
}
