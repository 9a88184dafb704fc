namespace FlowMatrix.Core.Model;

/// <summary>How a process is called where one text stands for it.</summary>
internal static class ProcessLabel
{
    /// <summary>For a process that is not known, within a sentence.</summary>
    public const string Unknown = "unknown process";

    /// <summary>The name, or the path of a process without a name.</summary>
    public static string Get(string name, string path, string unknown = Unknown) =>
        name.Length > 0 ? name
        : path.Length > 0 ? path
        : unknown;
}
