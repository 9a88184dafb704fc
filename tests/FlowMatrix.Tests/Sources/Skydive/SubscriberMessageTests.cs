using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Subscribing;
using FlowMatrix.Sources.Streams;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Sources.Skydive;

/// <summary>Parsing of the messages of a subscription.</summary>
public sealed class SubscriberMessageTests
{
    private const string Node =
        """{"ID":"a","Revision":7,"CreatedAt":3,"Metadata":{"Type":"host","Name":"vm-1","Sockets":"""
        + """[{"LocalAddress":"10.0.0.1","LocalPort":80,"RemoteAddress":"0.0.0.0","RemotePort":"""
        + """0,"Protocol":"TCP","State":"LISTEN","Name":"nginx","Process":"/x","Pid":1}]},"Host":"vm-1"}""";

    [Theory]
    [InlineData(
        """{"Namespace":"Graph","Type":"NodeUpdated","UUID":"u","Status":200,"Obj":NODE}""",
        MessageKind.Updated,
        1
    )]
    [InlineData("""{"Obj":NODE,"Status":200,"Type":"NodeAdded"}""", MessageKind.Updated, 1)]
    [InlineData("""{"Obj":{"Edges":[{"ID":"e"}],"Nodes":[NODE , NODE]},"Type":"SyncReply"}""", MessageKind.Reply, 2)]
    [InlineData("""{"Type":"SyncReply","Obj":{"Nodes":[NODE],"Edges":null}}""", MessageKind.Reply, 1)]
    [InlineData("""{"Type":"SyncReply","Obj":{"Nodes":null,"Edges":null}}""", MessageKind.Reply, 0)]
    [InlineData("""{"Type":"SyncReply","Obj":null}""", MessageKind.Reply, 0)]
    [InlineData(
        """{"Type":"EdgeAdded","Obj":{"ID":"e","Metadata":{"Sockets":[{"LocalAddress":"nowhere"}]}}}""",
        MessageKind.Other,
        0
    )]
    [InlineData("""{"Type":"NodeDeleted","Obj":NODE}""", MessageKind.Deleted, 1)]
    public void Keys_may_be_in_any_order_and_frames_of_any_size(string text, object kind, int nodes)
    {
        var bytes = Encoding.UTF8.GetBytes(text.Replace("NODE", Node, StringComparison.Ordinal));
        foreach (var piece in (int[])[1, 7, 4096])
        {
            var message = Read(new PiecewiseStream(bytes, piece));

            Assert.Equal((kind, nodes), (message.Kind, message.Nodes.Count));
            Assert.All(message.Nodes, node => Assert.Equal(new NodeVersion("a", "vm-1", 7, 3), node));
            Assert.Equal(message.Kind == MessageKind.Deleted ? 0 : nodes, message.Table.Sockets.Count);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""["Type"]""")]
    [InlineData("""{"Type":"NodeUpdated","Obj":NODE""")]
    [InlineData("""{"Type":"NodeUpdated","Obj":NODE}{}""")]
    [InlineData("""{"Type":"NodeUpdated","Obj":{"ID":"a","Revision":1e999}}""")]
    [InlineData("""{"Type":"SyncReply","Obj":{"Nodes":[1]}}""")]
    [InlineData("""{"Type":"SyncReply","Status":1.5,"Obj":{}}""")]
    [InlineData(
        """{"Type":"NodeUpdated","Obj":{"ID":"a","Host":"h","Metadata":{"Type":"host","Sockets":"""
            + """[{"LocalAddress":"nowhere"}]}}}"""
    )]
    public void An_invalid_message_is_a_bad_message(string text) =>
        Assert.Throws<BadMessageException>(() =>
            Read(new PiecewiseStream(Encoding.UTF8.GetBytes(text.Replace("NODE", Node, StringComparison.Ordinal)), 5))
        );

    [Theory]
    [InlineData("""{"Type":"NodeUpdated","Obj":{"ID":"a","Metadata":{"Name":" """)]
    [InlineData("""{"Type":"NodeUpdated","Obj":{"ID":"a","Metadata":{"Sockets":[{"Name":" """)]
    [InlineData("""{"Type":"SyncReply","Obj":{"Nodes":[{"ID":"a","Other":" """)]
    [InlineData("""{"Type":"Other","Obj":{" """)]
    public void An_endless_message_is_refused_at_the_length_limit_of_a_node(string beginning)
    {
        using var endless = new EndlessStream(beginning);

        Assert.Throws<BadMessageException>(() => Read(endless));

        Assert.InRange(endless.BytesRead, 32L << 20, 66L << 20);
    }

    [Fact]
    public void A_damaged_message_is_read_or_is_a_bad_message()
    {
        var messages = File.ReadAllLines(Recorded.PathOf("subscriber.jsonl")).Select(Encoding.UTF8.GetBytes).ToArray();
        var random = new Random(20);
        ReadOnlySpan<byte> likely = "{}[]\":,\\ud800nulltrue0-e.\0\n\xff"u8;
        var good = 0;
        for (var i = 0; i < 1500; i++)
        {
            var bytes = messages[random.Next(messages.Length)].ToArray();
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = likely[random.Next(likely.Length)];
            }

            bytes = random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
            try
            {
                Read(new PiecewiseStream(bytes, 60_000));
                good++;
            }
            catch (Exception e) when (e is BadMessageException or Failure)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }

        Assert.InRange(good, 100, 1400);
    }

    private static SubscriberMessage Read(Stream message)
    {
        using var tls = new AnalyzerTls(new TlsOptions(), "localhost", TimeProvider.System);
        return SubscriberMessage.Read(
            message,
            new AnalyzerErrors(new AnalyzerOptions(new Uri("http://localhost:8082"), TimeProvider.System), tls),
            default
        );
    }

    private sealed class PiecewiseStream(byte[] bytes, int piece) : MemoryReader
    {
        private int _read;

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(Math.Min(piece, buffer.Length), bytes.Length - _read);
            bytes.AsSpan(_read, count).CopyTo(buffer);
            _read += count;
            return count;
        }
    }

    private sealed class EndlessStream(string beginning) : MemoryReader
    {
        public long BytesRead { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'x');
            if (BytesRead == 0)
            {
                Encoding.UTF8.GetBytes(beginning.TrimEnd()).CopyTo(buffer);
            }

            BytesRead += buffer.Length;
            return buffer.Length;
        }
    }

    private abstract class MemoryReader : ReadOnlyStream;
}
