using FlowMatrix.Core.Text;
using FlowMatrix.Testing;

namespace FlowMatrix.EndToEnd.Processes;

/// <summary>
/// Names of processes and hosts cannot give commands to a CI job when the output is printed to its log.
/// </summary>
public sealed class LogCommandTests
{
    public static TheoryData<string> TextFormats => ["csv", "table", "markdown", "dot"];

    [Theory]
    [InlineData("##vso[task.setvariable variable=a]b", @"#\x23vso[task.setvariable variable=a]b")]
    [InlineData("x ##[error]y", @"x #\x23[error]y")]
    [InlineData("###[group]", @"##\x23[group]")]
    [InlineData("##VSO[a]", @"#\x23VSO[a]")]
    [InlineData("##teamcity[a]", @"#\x23teamcity[a]")]
    [InlineData("::set-output name=a::b", @"\x3a:set-output name=a::b")]
    [InlineData("  ::stop-commands::b", @"  \x3a:stop-commands::b")]
    public void A_command_is_escaped_and_can_be_unescaped(string text, string escaped)
    {
        Assert.Equal(escaped, Printable.Escape(text));
        Assert.Equal(escaped, Printable.Message(text));
        Assert.True(Printable.TryUnescape(escaped, out var back));
        Assert.Equal(text, back);
    }

    [Theory]
    [InlineData("# a comment")]
    [InlineData("## heading")]
    [InlineData("a[0]")]
    [InlineData("#[a]")]
    [InlineData("a::b::c")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("kworker/0:1-events")]
    public void Other_texts_stay_as_they_are(string text) => Assert.Equal(text, Printable.Escape(text));

    [Theory]
    [MemberData(nameof(TextFormats))]
    public async Task Names_in_text_formats_are_not_commands(string format)
    {
        var run = await Run.OnSampleAsync(
            "-f",
            format,
            "--alias",
            "vm-1=::set-env name=a::b",
            "--alias",
            "uwsgi=##vso[task.complete]",
            "--alias",
            "epmd=##[error]x"
        );

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("##vso[", run.Text);
        Assert.DoesNotContain("##[", run.Text);
        Assert.DoesNotContain(run.Lines, line => line.TrimStart().StartsWith("::", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_at_the_beginning_of_a_line_is_not_a_command()
    {
        var run = await Run.OnSampleAsync("--group-by", "host", "--alias", "vm-.=::add-mask::b");

        Assert.Contains(@"\x3a:add-mask::b,", run.Succeeded().Text);
    }

    [Fact]
    public async Task Messages_contain_no_commands()
    {
        var run = await Run.WithAsync("-i", "##vso[task.complete]");

        run.Failed(4, @"#\x23vso[task.complete]");
    }
}
