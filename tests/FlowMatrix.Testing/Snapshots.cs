using System.Runtime.CompilerServices;
using Snapshooter;
using Snapshooter.Xunit;

namespace FlowMatrix.Testing;

/// <summary>
/// Whole outputs under version control, beside the test in __snapshots__. A missing one fails the test; to have it
/// written, or written anew after it was deleted, run the tests with SNAPSHOOTER_STRICT_MODE=off.
/// </summary>
internal static class Snapshots
{
    /// <summary>
    /// Snapshooter overlooks line breaks at the end, and compares what parses as JSON as that: with this behind it, it
    /// is a text to its last character.
    /// </summary>
    private const string End = "(end)";

    private const string StrictMode = "SNAPSHOOTER_STRICT_MODE";

    /// <summary>Strict, unless the caller of the tests asks for something else.</summary>
    /// <returns>Whether a missing snapshot fails the test.</returns>
    public static bool BeStrict()
    {
        if (Environment.GetEnvironmentVariable(StrictMode) is not { } mode)
        {
            Environment.SetEnvironmentVariable(StrictMode, mode = "on");
        }

        return mode is "on";
    }

    public static void Match(string text, string name, [CallerFilePath] string test = "")
    {
        BeStrict();
        Snapshot.Match(text + End, new SnapshotFullName($"{name}.snap", Path.GetDirectoryName(test)!));
    }
}
