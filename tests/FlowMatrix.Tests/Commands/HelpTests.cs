using FlowMatrix.Testing;

namespace FlowMatrix.Tests.Commands;

public sealed class HelpTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    public async Task The_help_is_written_so(int width)
    {
        var run = await Run.WithAsync(new Around { TerminalWidth = width }, "--help");

        Snapshots.Match(run.Succeeded().Text, $"help-{width}");
    }

    [Fact]
    public async Task Help_is_given_whatever_else_is_said()
    {
        var run = await Run.WithAsync("--bogus", "-h");

        Assert.Contains("Usage:", run.Succeeded().Text);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("--input")]
    public async Task A_standard_output_that_takes_nothing_is_an_error(string option)
    {
        using var full = new FullStream();
        string[] arguments = option == "--input" ? [option, Sample.Estate] : [option];

        var run = await Run.WithAsync(new Around { Output = full }, arguments);

        run.Failed(4, "standard output", "No space left");
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) =>
            throw new IOException("No space left on device");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}
