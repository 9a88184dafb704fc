using System.Text;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Linux;

namespace FlowMatrix.Tests.Sources.Linux;

public sealed class SocketOwnersTests
{
    private readonly HostSnapshot _host = new();

    [Theory]
    [InlineData("1 systemd 0; 61 nginx 1*; 75 nginx 61*; 76 nginx 61*", 61)] // a pre-forking server
    [InlineData("61 nginx 1; 75 nginx 61*", 75)] // a connection that a worker accepted
    [InlineData("1 systemd 0*; 900 cupsd 1*", 900)] // socket activation
    [InlineData("1 systemd 0*", 1)] // socket activation before the service runs
    [InlineData("50 client 1*; 51 sh 50*", 50)] // a socket that a child inherited
    [InlineData("99 a 1*; 1000 b 1*", 99)] // two that are not related: the lower number, not the lower text
    [InlineData("5 a 7*; 7 b 5*", 5)] // parents that were reused
    [InlineData("1 systemd 0*; 40 systemd 1*; 900 app 40*", 900)] // the systemd of a user
    public void The_owner_of_a_shared_socket_is_the_process_that_outlives_the_others(string processes, int owner)
    {
        Add(processes);

        Assert.Equal(owner, Find(new KernelSocket { Inode = 7, State = SocketState.Established }));
    }

    [Fact]
    public void A_connection_that_waits_to_be_accepted_belongs_to_the_process_that_listens()
    {
        Add("88 stuckd 1*");
        var local = Address("10.0.0.1");

        var owner = Find(
            new KernelSocket
            {
                Local = local,
                LocalPort = 7000,
                State = SocketState.Established,
            },
            new KernelSocket
            {
                Local = IpAddress.AnyV4,
                LocalPort = 7000,
                State = SocketState.Listen,
                HasWaiting = true,
                Inode = 7,
            }
        );

        Assert.Equal(88, owner);
    }

    [Theory]
    [InlineData("10.0.0.2", 7000, true, SocketState.Established)] // listens at another address
    [InlineData("10.0.0.1", 7001, true, SocketState.Established)] // at another port
    [InlineData("10.0.0.1", 7000, false, SocketState.Established)] // nothing waits
    [InlineData("10.0.0.1", 7000, true, SocketState.TimeWait)] // not established
    public void Other_sockets_without_a_process_have_no_owner(string listens, int port, bool waits, object state)
    {
        Add("88 stuckd 1*");

        var owner = Find(
            new KernelSocket
            {
                Local = Address("10.0.0.1"),
                LocalPort = 7000,
                State = (SocketState)state,
            },
            new KernelSocket
            {
                Local = Address(listens),
                LocalPort = (ushort)port,
                State = SocketState.Listen,
                HasWaiting = waits,
                Inode = 7,
            }
        );

        Assert.Equal(0, owner);
    }

    /// <param name="processes">ID, name and parent of each; an asterisk: it has the socket with inode 7.</param>
    private void Add(string processes)
    {
        foreach (var process in processes.Split("; "))
        {
            var words = process.TrimEnd('*').Split(' ');
            var pid = int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture);
            _host.Process(pid) = new ProcessInfo(
                Encoding.UTF8.GetBytes(words[1]),
                null,
                int.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture)
            );
            if (process.EndsWith('*'))
            {
                _host.AddHolder(7, pid);
            }
        }
    }

    private int Find(KernelSocket socket, params KernelSocket[] listeners) =>
        new SocketOwners(_host).Find(socket, listeners.ToLookup(listener => listener.LocalPort));

    private static IpAddress Address(string text) => IpAddress.TryParse(text, out var address) ? address : default;
}
