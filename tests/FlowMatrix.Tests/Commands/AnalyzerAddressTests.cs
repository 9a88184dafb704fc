using CsCheck;
using FlowMatrix.Options;

namespace FlowMatrix.Tests.Commands;

public sealed class AnalyzerAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:8082", "http://127.0.0.1:8082/")]
    [InlineData("skydive", "http://skydive:8082/")]
    [InlineData(" skydive.example.com:80 ", "http://skydive.example.com/")]
    [InlineData("::1", "http://[::1]:8082/")]
    [InlineData("[::1]", "http://[::1]:8082/")]
    [InlineData("[2001:db8::1]:9000", "http://[2001:db8::1]:9000/")]
    [InlineData("http://skydive", "http://skydive/")]
    [InlineData("HTTPS://Skydive:8443", "https://skydive:8443/")]
    [InlineData("https://[::1]:8443/", "https://[::1]:8443/")]
    [InlineData("https://proxy/skydive", "https://proxy/skydive/")]
    public void An_address_is_a_host_with_or_without_a_port_or_a_URL(string text, string expected)
    {
        Assert.True(AnalyzerAddress.TryParse(text, ssl: false, out var address, out _));

        Assert.Equal(expected, address.AbsoluteUri);
    }

    [Theory]
    [InlineData("skydive", "https://skydive:8082/")]
    [InlineData("[::1]:443", "https://[::1]/")]
    [InlineData("http://skydive", "https://skydive/")]
    [InlineData("http://skydive:8082", "https://skydive:8082/")]
    [InlineData("https://skydive", "https://skydive/")]
    public void With_ssl_an_address_is_an_https_URL(string text, string expected)
    {
        Assert.True(AnalyzerAddress.TryParse(text, ssl: true, out var address, out _));

        Assert.Equal(expected, address.AbsoluteUri);
    }

    [Theory]
    [InlineData("host:", "port")]
    [InlineData("host:0", "port")]
    [InlineData("host:65536", "port")]
    [InlineData("host:-1", "port")]
    [InlineData("host:http", "port")]
    [InlineData("[::1]:", "port")]
    [InlineData("http://host:0", "port")]
    [InlineData("http://host:99999", "URL")]
    [InlineData("", "host")]
    [InlineData(":8082", "host")]
    [InlineData("two words", "host")]
    [InlineData("[::1", "host")]
    [InlineData("[::1]8082", "host")]
    [InlineData("1:2:3", "host")]
    [InlineData("host/path", "host")]
    [InlineData("ftp://host", "http")]
    [InlineData("http://", "URL")]
    [InlineData("http://user:secret@host", "credentials")]
    [InlineData("http://host/?a=b", "query")]
    [InlineData("http://host/#a", "fragment")]
    public void Anything_else_is_not_an_address_and_the_problem_is_explained(string text, string message)
    {
        Assert.False(AnalyzerAddress.TryParse(text, ssl: false, out var address, out var problem));

        Assert.Null(address);
        Assert.Contains(message, problem);
        Assert.DoesNotContain("secret", problem);
    }

    [Fact]
    public void Any_text_is_either_an_address_or_a_problem() =>
        Gen.Select(Gen.String[Gen.Char["ab1.:/[]@?#%-_ü \0"], 0, 12], Gen.Bool)
            .Sample(
                (text, ssl) =>
                {
                    var parsed = AnalyzerAddress.TryParse(text, ssl, out var address, out var problem);
                    return parsed
                        ? address is { IsAbsoluteUri: true, Port: > 0 } && problem is null
                        : address is null && problem is not null;
                }
            );
}
