using System.Net;
using CsCheck;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Tests.Core.Net;

public sealed class IpAddressTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("::FFFF:0a00:0001", "10.0.0.1")]
    [InlineData("fe80::1%eth0", "fe80::1")]
    [InlineData("fe80::1%25", "fe80::1")]
    [InlineData("FD00:0:0::1", "fd00::1")]
    [InlineData("::", "::")]
    public void All_spellings_of_an_address_give_the_same_address(string text, string canonical)
    {
        Assert.True(IpAddress.TryParse(text, out var address));
        Assert.Equal(canonical, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("::/0")]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.1.2")]
    [InlineData("10.0.0.256")]
    [InlineData("10.0.0.01")]
    [InlineData("10.0.0.1 ")]
    [InlineData("10.0.0.1%eth0")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("1")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData("fe80::1::2")]
    [InlineData("12345::")]
    [InlineData("%eth0")]
    [InlineData("localhost")]
    [InlineData("0000:0000:0000:0000:0000:0000:0000:0000:0000:0000")]
    public void Invalid_addresses_are_rejected(string text) => Assert.False(IpAddress.TryParse(text, out _));

    [Fact]
    public void Addresses_are_parsed_and_formatted_as_the_framework_does() =>
        Gen
            .Byte.Array[16]
            .Where(bytes => bytes[..12].Any(b => b != 0))
            .Sample(bytes =>
            {
                var theirs = new IPAddress(bytes);
                Assert.True(IpAddress.TryParse(theirs.ToString(), out var ours));
                Assert.Equal(
                    theirs.IsIPv4MappedToIPv6 ? theirs.MapToIPv4().ToString() : theirs.ToString(),
                    ours.ToString()
                );
            });

    [Fact]
    public void Addresses_sort_by_number_with_IPv4_first()
    {
        string[] sorted = ["0.0.0.0", "9.255.0.1", "10.0.0.2", "10.0.0.10", "::", "::1", "fd00::2", "fd00::10"];
        var shuffled = sorted.Reverse().Select(text => IpAddress.TryParse(text, out var address) ? address : default);

        Assert.Equal(sorted, shuffled.Order().Select(address => address.ToString()));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.255.0.9", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("128.0.0.1", false)]
    [InlineData("::7f00:1", false)]
    public void Loopback_is_127_0_0_0_slash_8_and_the_IPv6_address_1(string text, bool loopback) =>
        Assert.Equal(loopback, IpAddress.TryParse(text, out var address) && address.IsLoopback);
}
