using System.Security.Cryptography;

namespace FlowMatrix.Sources.Linux;

/// <summary>The script that prints a host's kernel tables. Source: docs/linux.md, "The script's output".</summary>
internal static class HostScript
{
    private const string Resource = "FlowMatrix.Sources.Linux.read-host.sh";

    /// <summary>Returns the script with a new random number, which no user of a host can know.</summary>
    public static string Create() => $"n={RandomNumberGenerator.GetHexString(16, lowercase: true)}\n{Text()}";

    private static string Text()
    {
        using var stream =
            typeof(HostScript).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is missing");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
