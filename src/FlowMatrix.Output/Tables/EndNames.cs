using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Tables;

/// <summary>What people read for the host and the process at an end of a row, in every format.</summary>
internal static class EndNames
{
    /// <summary>For a process or host that is not known.</summary>
    public const string Unknown = "?";

    /// <summary>For the host of an address that no known host has.</summary>
    public const string External = "(external)";

    public static string Host(RowTexts texts, int host) => host == 0 ? External : texts.Host(host);

    /// <summary>The name, or the path of a process without a name.</summary>
    public static string Process(RowTexts texts, int process) => Process(texts, process, Unknown);

    /// <param name="unknown">What stands for a process that is not known.</param>
    public static string Process(RowTexts texts, int process, string unknown) =>
        ProcessLabel.Get(texts.Name(process), texts.Path(process), unknown);
}
