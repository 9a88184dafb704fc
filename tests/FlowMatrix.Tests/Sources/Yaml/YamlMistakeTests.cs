using FlowMatrix.Core;
using FlowMatrix.Sources.Yaml;

namespace FlowMatrix.Tests.Sources.Yaml;

public sealed class YamlMistakeTests
{
    [Theory]
    [InlineData("port: [1, 2\n")]
    [InlineData("port: [1, 2")]
    [InlineData("port: {a: 1\n")]
    [InlineData("...")]
    [InlineData("...\n")]
    [InlineData("---\n...\n...\nport: 1\n")]
    [InlineData("port: 1\n...\nport: 2\n")]
    [InlineData("port: \"\\UFFFFFFFF\"\n")]
    [InlineData("port: \"\\UD800DC00\"\n")]
    [InlineData("port: \"\\uD800\"\n")]
    [InlineData("port: \"\\x4\"\n")]
    [InlineData("port: \"open\n")]
    [InlineData("port: 'open\n")]
    [InlineData("- a\n-")]
    [InlineData("a: b: c\n")]
    [InlineData("? \n")]
    [InlineData("%YAML 9.9\n---\na: 1\n")]
    [InlineData("a: |9\n b\n")]
    [InlineData("\u0001: 1\n")]
    [InlineData("a: `b`\n")]
    [InlineData("a: @b\n")]
    [InlineData("a: [1,,2]\n")]
    [InlineData("a: ]\n")]
    [InlineData("a: &x\n")]
    [InlineData("!!binary x: 1\n")]
    [InlineData("a:\n b\n c: d\n")]
    public void A_mistake_is_reported_in_one_line_with_its_position(string text)
    {
        try
        {
            Assert.NotNull(YamlFile.Parse("flows.yaml", text));
        }
        catch (Failure failure)
        {
            Assert.Equal(FailureKind.Usage, failure.Kind);
            Assert.Matches(@"^flows\.yaml:[1-9]\d*:[1-9]\d*: ", failure.Message);
        }
    }

    [Theory]
    [InlineData("port: [1, 2\n")]
    [InlineData("port: \"\\UFFFFFFFF\"\n")]
    [InlineData("port: \"open\n")]
    public void Unclosed_texts_and_invalid_escapes_are_refused(string text) =>
        Assert.Throws<Failure>(() => YamlFile.Parse("flows.yaml", text));
}
