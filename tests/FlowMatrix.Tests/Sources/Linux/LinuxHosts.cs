using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Sources.Linux;

/// <summary>The recorded Linux hosts, whose set-up is known.</summary>
internal static class LinuxHosts
{
    public static readonly IReadOnlyList<string> Names = ["web01", "app01", "db01"];

    /// <param name="file">A name as it stands below the folder of the recording.</param>
    public static string PathOf(string file) => Recorded.PathOf(Path.Combine("linux", file));

    /// <summary>The arguments that read the kernel tables of all hosts.</summary>
    public static string[] KernelTables => [.. Names.SelectMany(name => Input(PathOf($"{name}/proc.txt")))];

    public static string[] Input(string file) => ["--input", file];

    /// <summary>The rows of a csv file, sorted.</summary>
    public static IEnumerable<string> Rows(string csv) =>
        csv.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(line => line.TrimEnd('\r'))
            .Order(StringComparer.Ordinal);

    public static IEnumerable<string> Expected(string file) => Rows(File.ReadAllText(PathOf(file)));
}
