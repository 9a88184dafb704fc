using FlowMatrix.Output.Firewall;

namespace FlowMatrix.Tests.Output.Firewall;

/// <summary>Files are named after hosts, on any system.</summary>
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
    public void A_name_that_windows_takes_for_a_device_gets_another_beginning(string host, string file) =>
        Assert.Equal(file, SafeNames.ForFiles([host])[host]);

    [Fact]
    public void It_gets_no_other_hosts_name() =>
        Assert.Equal(
            ["host-con", "host-con_2"],
            new[] { "host-con", "con" }.Select(host => SafeNames.ForFiles(["con", "host-con"])[host])
        );
}
