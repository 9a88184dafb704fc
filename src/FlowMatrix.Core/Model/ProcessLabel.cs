namespace FlowMatrix.Core.Model;

/// <summary>One text for a process, where name and path do not have their own fields.</summary>
internal static class ProcessLabel
{
    /// <summary>The text for an unknown process within a sentence.</summary>
    public const string Unknown = "unknown process";

    /// <summary>Returns the name, or the path if there is no name.</summary>
    public static string Get(string name, string path, string unknown = Unknown) =>
        name.Length > 0 ? name
        : path.Length > 0 ? path
        : unknown;
}
