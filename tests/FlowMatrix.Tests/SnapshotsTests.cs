using FlowMatrix.Testing;

namespace FlowMatrix.Tests;

/// <summary>The comparison with snapshots, on which many tests depend.</summary>
public sealed class SnapshotsTests
{
    [Theory]
    [InlineData("one line\nand another")]
    [InlineData("one line\nand another\n\n")]
    [InlineData("One line\nand another\n")]
    [InlineData("")]
    public void A_text_that_differs_from_its_snapshot_fails(string text) =>
        Assert.ThrowsAny<Exception>(() => Snapshots.Match(text, "two-lines"));

    [Fact]
    public void A_text_that_equals_its_snapshot_passes() => Snapshots.Match("one line\nand another\n", "two-lines");

    [Fact]
    public void JSON_is_compared_as_text() => Assert.ThrowsAny<Exception>(() => Snapshots.Match("{\"a\":1}\n", "json"));

    [Fact]
    public void A_missing_snapshot_fails_and_is_not_created()
    {
        if (!Snapshots.EnableStrictMode())
        {
            return;
        }

        Assert.ThrowsAny<Exception>(() => Snapshots.Match("text", "missing"));

        Assert.False(File.Exists(Path.Combine(Folder(), "__snapshots__", "missing.snap")));
    }

    private static string Folder([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetDirectoryName(here)!;
}
