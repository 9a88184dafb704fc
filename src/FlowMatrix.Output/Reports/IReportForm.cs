namespace FlowMatrix.Output.Reports;

/// <summary>A form that the outcome of a check is written in. One file each; <see cref="All"/> registers them.</summary>
internal interface IReportForm
{
    static readonly IReadOnlyList<IReportForm> All =
    [
        new TextReport(),
        new JunitReport(),
        new SarifReport(),
        new GithubReport(),
        new MarkdownReport(),
        new HtmlReport(),
    ];

    /// <summary>As the user names it.</summary>
    string Name { get; }

    /// <summary>Writes all of it; the stream stays open.</summary>
    void Write(CheckReport report, Stream output);
}
