using System.Runtime.CompilerServices;
using Snapshooter;
using Snapshooter.Xunit;

namespace FlowMatrix.Testing;

/// <summary>
/// Compares complete outputs with files in the folder __snapshots__ beside the test. A missing snapshot fails the test.
/// To write a new snapshot, or to replace one after deleting it, run the tests with SNAPSHOOTER_STRICT_MODE=off.
/// </summary>
internal static class Snapshots
{
    /// <summary>
    /// Appended to each text, because Snapshooter ignores line breaks at the end and compares JSON by value. With this
    /// suffix the text is compared to its last character.
    /// </summary>
    private const string End = "(end)";

    private const string StrictMode = "SNAPSHOOTER_STRICT_MODE";

    /// <summary>Turns strict mode on, unless the environment variable is set already.</summary>
    /// <returns>Whether a missing snapshot fails the test.</returns>
    public static bool EnableStrictMode()
    {
        if (Environment.GetEnvironmentVariable(StrictMode) is not { } mode)
        {
            Environment.SetEnvironmentVariable(StrictMode, mode = "on");
        }

        return mode is "on";
    }

    public static void Match(string text, string name, [CallerFilePath] string test = "")
    {
        EnableStrictMode();
        Snapshot.Match(text + End, new SnapshotFullName($"{name}.snap", Path.GetDirectoryName(test)!));
    }
}
