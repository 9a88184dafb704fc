using FlowMatrix.Core;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Queries;

namespace FlowMatrix.Tests.Sources.Skydive;

public sealed class GremlinTests
{
    [Fact]
    public void Queries_for_the_present()
    {
        var gremlin = new Gremlin(null, null);

        Assert.Equal("G.V().Has('Type','host').HasKey('Sockets').Values('Name')", gremlin.HostNames());
        Assert.Equal(
            "G.V().Has('Type','host').Has('Name', Within('vm-1','vm-2')).HasKey('Sockets')",
            gremlin.Hosts(["vm-1", "vm-2"])
        );
        Assert.Equal("G.V().HasKey('IPV4')", gremlin.InterfacesWithIPv4());
        Assert.Equal("G.V().HasKey('IPV6')", gremlin.InterfacesWithIPv6());
        Assert.Equal("G.Flows().Has('Transport', NE('')).Sockets()", gremlin.FlowSockets());
    }

    [Fact]
    public void Queries_for_the_past_contain_the_time()
    {
        var at = new PointInTime("Sat, 31 Jan 2026 12:00:00 GMT");

        Assert.Equal(
            "G.At('Sat, 31 Jan 2026 12:00:00 GMT').V().HasKey('IPV4')",
            new Gremlin(at, null).InterfacesWithIPv4()
        );
        Assert.Equal(
            "G.Context('Sat, 31 Jan 2026 12:00:00 GMT', 3600).Flows().Has('Transport', NE('')).Sockets()",
            new Gremlin(at, TimeSpan.FromHours(1)).FlowSockets()
        );
        Assert.StartsWith("G.Context('-0s', 1).", new Gremlin(null, TimeSpan.FromMilliseconds(2)).HostNames());
    }

    [Theory]
    [InlineData("it's")]
    [InlineData("say \"hi\"")]
    [InlineData("nul\0")]
    [InlineData("half \ud83d pair")]
    public void A_text_that_cannot_be_quoted_is_an_error(string text)
    {
        var failure = Assert.Throws<Failure>(() => Gremlin.Quote(text));

        Assert.Equal(FailureKind.Analyzer, failure.Kind);
        Assert.DoesNotContain(failure.Message, char.IsControl);
    }

    [Theory]
    [InlineData(@"a\")]
    [InlineData("a\nb\tc")]
    [InlineData("ünïcødé 🐧")]
    public void Any_other_text_is_quoted_unchanged(string text) => Assert.Equal($"'{text}'", Gremlin.Quote(text));
}
