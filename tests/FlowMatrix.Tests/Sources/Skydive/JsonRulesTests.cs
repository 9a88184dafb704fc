using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Fuzz;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Skydive;

/// <summary>
/// Valid JSON is read by its rules: escaped keys, null for unknown values, unknown keys.
/// </summary>
public sealed class JsonRulesTests
{
    [Theory]
    [InlineData("\"Name\"", "\"N\\u0061me\"")]
    [InlineData("\"LocalPort\"", "\"\\u004cocalPort\"")]
    [InlineData("\"Sockets\"", "\"Socket\\u0073\"")]
    [InlineData("\"Metadata\"", "\"\\u004detadata\"")]
    [InlineData("\"Host\"", "\"H\\u006Fst\"")]
    [InlineData("\"IPV4\"", "\"IPV\\u0034\"")]
    public async Task An_escaped_key_is_recognised(string key, string escaped)
    {
        var estate = (await File.ReadAllTextAsync(Sample.Estate)).Replace(key, escaped, StringComparison.Ordinal);

        Assert.Equal((await Run.OnSampleAsync()).Text, (await ReadAsync(estate)).Succeeded().Text);
    }

    [Fact]
    public void A_null_pid_is_unknown() =>
        Assert.Equal(0, Answers.Read(Answers.Host(Answers.With("Pid", "null"))).Sockets[0].Pid);

    [Theory]
    [InlineData("2", "Tcp")]
    [InlineData("3", "Udp")]
    [InlineData("4", "Sctp")]
    public void A_protocol_may_be_a_number_as_from_old_agents(string number, string protocol) =>
        Assert.Equal(
            protocol,
            Answers.Read(Answers.Host(Answers.With("Protocol", number))).Sockets[0].Protocol.ToString()
        );

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("5")]
    [InlineData("17")]
    [InlineData("2.0")]
    [InlineData("-2")]
    [InlineData("22")]
    [InlineData("\"2\"")]
    public void An_unknown_protocol_number_is_an_error(string number) =>
        Assert.Contains(
            "is not a valid protocol",
            Assert.Throws<Failure>(() => Answers.Read(Answers.Host(Answers.With("Protocol", number)))).Message
        );

    [Theory]
    [InlineData("""[{"a":1},5]""")]
    [InlineData("""[{"a":1},"x",null,[2],{"b":{}}]""")]
    [InlineData(
        """[{"LocalAddress":"10.9.9.9","LocalPort":1,"RemoteAddress":"10.9.9.8","RemotePort":"""
            + """2,"Protocol":"TCP","State":"ESTABLISHED"}]"""
    )]
    [InlineData("""[{"LocalPort":"none"}]""")]
    [InlineData("""{"LocalPort":"none"}""")]
    public void An_unknown_key_of_a_node_is_skipped_with_any_value(string value)
    {
        var host = Answers.Host(Answers.Socket());
        foreach (
            var json in new[]
            {
                host.Replace("[{\"Meta", $"[{{\"Other\":{value},\"Meta", StringComparison.Ordinal),
                host.Replace("}]", $",\"Other\":{value}}}]", StringComparison.Ordinal),
            }
        )
        {
            var table = Answers.Read(json);

            Assert.Equal((1, 0), (table.Sockets.Count, table.FlowSockets.Count));
        }
    }

    /// <summary>An unpaired surrogate is not valid in a string. A key with one is unknown.</summary>
    [Theory]
    [InlineData("\"\\ud800\":1,")]
    [InlineData("\"Na\\udc00me\":{\"\\ud800\":[]},")]
    [InlineData("\"Host\\ud800\":\"x\",")]
    public async Task A_key_with_an_unpaired_surrogate_is_an_unknown_key(string key)
    {
        foreach (var reader in Reader.All)
        {
            foreach (var seed in reader.Seeds.Where(seed => seed.Length > 0 && seed[0] is (byte)'{' or (byte)'['))
            {
                var text = Encoding.UTF8.GetString(seed);
                for (var at = text.IndexOf('{', StringComparison.Ordinal); at >= 0; at = text.IndexOf('{', at + 1))
                {
                    Assert.Null(reader.Try(Encoding.UTF8.GetBytes(text.Insert(at + 1, key))));
                }
            }
        }

        var estate = (await File.ReadAllTextAsync(Sample.Estate)).Replace(
            "{\"",
            $"{{{key}\"",
            StringComparison.Ordinal
        );
        Assert.Equal((await Run.OnSampleAsync()).Text, (await ReadAsync(estate)).Succeeded().Text);
    }

    private static Task<Run> ReadAsync(string text) =>
        Run.WithAsync(new RunEnvironment { Input = Encoding.UTF8.GetBytes(text) }, "-i", "-");
}
