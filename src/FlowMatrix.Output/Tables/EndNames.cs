using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Tables;

/// <summary>Names of the host and the process at an end of a row, for the formats that people read.</summary>
internal static class EndNames
{
    /// <summary>Shown for an unknown process or host.</summary>
    public const string Unknown = "?";

    /// <summary>Shown as the host of an address that belongs to no known host.</summary>
    public const string External = "(external)";

    public static string Host(RowTexts texts, int host) => host == 0 ? External : texts.Host(host);

    /// <summary>The name of a process, or its path if it has no name.</summary>
    public static string Process(RowTexts texts, int process) => Process(texts, process, Unknown);

    /// <param name="unknown">Shown for an unknown process.</param>
    public static string Process(RowTexts texts, int process, string unknown) =>
        ProcessLabel.Get(texts.Name(process), texts.Path(process), unknown);
}
