using FlowMatrix.Output.Firewall;

namespace FlowMatrix.Tests.Output.Firewall;

/// <summary>File names made from host names are valid on every system.</summary>
public sealed class SafeNameTests
{
    [Theory]
    [InlineData("con", "host-con")]
    [InlineData("AUX", "host-AUX")]
    [InlineData("nul.example.com", "host-nul.example.com")]
    [InlineData("com1", "host-com1")]
    [InlineData("lpt9.local", "host-lpt9.local")]
    [InlineData("com10", "com10")]
    [InlineData("console", "console")]
    [InlineData("db-con", "db-con")]
    public void A_device_name_of_Windows_gets_a_prefix(string host, string file) =>
        Assert.Equal(file, SafeNames.ForFiles([host])[host]);

    [Fact]
    public void A_name_with_a_prefix_does_not_collide_with_another_host() =>
        Assert.Equal(
            ["host-con", "host-con_2"],
            new[] { "host-con", "con" }.Select(host => SafeNames.ForFiles(["con", "host-con"])[host])
        );
}
