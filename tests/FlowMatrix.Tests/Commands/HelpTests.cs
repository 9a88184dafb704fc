using FlowMatrix.Testing;

namespace FlowMatrix.Tests.Commands;

public sealed class HelpTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    public async Task The_help_fits_the_terminal(int width)
    {
        var run = await Run.WithAsync(new RunEnvironment { TerminalWidth = width }, "--help");

        Snapshots.Match(run.Succeeded().Text, $"help-{width}");
    }

    [Fact]
    public async Task Help_is_printed_despite_other_mistakes()
    {
        var run = await Run.WithAsync("--bogus", "-h");

        Assert.Contains("Usage:", run.Succeeded().Text);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("--input")]
    public async Task A_standard_output_that_cannot_be_written_is_an_error(string option)
    {
        using var full = new FullStream();
        string[] arguments = option == "--input" ? [option, Sample.Estate] : [option];

        var run = await Run.WithAsync(new RunEnvironment { Output = full }, arguments);

        run.Failed(4, "standard output", "No space left");
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) =>
            throw new IOException("No space left on device");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}
