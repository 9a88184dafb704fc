using System.Diagnostics.Metrics;
using System.Threading.Channels;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Skydive.Subscribing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Live;

public sealed class ReconnectTests
{
    /// <summary>
    /// The old address still answers on open connections, which must not be used again.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_reconnect_resolves_the_host_name_again_and_opens_new_connections(bool tls)
    {
        using var certificates = new TestCertificates();
        using var certificate = tls ? certificates.Issue() : null;
        await using var old = await FakeAnalyzer.StartAsync(FakeGraph.Recorded(), new() { Certificate = certificate });
        await using var moved = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Certificate = certificate }
        );
        using var relay = new TcpRelay(new UriBuilder(old.Address) { Host = "localhost" }.Uri);
        using var lookups = new NameLookups("localhost");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var events = Channel.CreateUnbounded<SubscriberEvent>();
        var options = old.Options with
        {
            Address = relay.Address,
            Tls = new() { Insecure = tls },
        };
        var running = new Subscriber(options, new ReadProgress()).RunAsync(events.Writer, stop.Token);
        Assert.NotNull((await events.Reader.ReadAsync(stop.Token)).Addresses);
        var (asked, connections, looked) = (old.Requests.Count, relay.Connections, lookups.Count);

        relay.ForwardTo(moved.Address);
        old.Subscribers.Drop();

        while ((await events.Reader.ReadAsync(stop.Token)).Addresses is null) { }
        Assert.Equal(
            ["/ws/subscriber", "/api/topology", "/api/topology"],
            moved.Requests.Select(request => request.Path)
        );
        Assert.Equal(asked, old.Requests.Count);
        Assert.InRange(lookups.Count - looked, relay.Connections - connections, int.MaxValue);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    /// <summary>Counts the DNS lookups of a name by this process.</summary>
    private sealed class NameLookups : IDisposable
    {
        private readonly MeterListener _listener = new();
        private int _count;

        public NameLookups(string name)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "System.Net.NameResolution", Name: "dns.lookup.duration" })
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>(
                (_, _, tags, _) =>
                {
                    foreach (var tag in tags)
                    {
                        if (tag is { Key: "dns.question.name", Value: string asked } && asked == name)
                        {
                            Interlocked.Increment(ref _count);
                        }
                    }
                }
            );
            _listener.Start();
        }

        public int Count => Volatile.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
