namespace FlowMatrix.Output.Reports;

/// <summary>
/// A format of reports, for <c>flowmatrix check --report</c>. Each format is one file in this folder and one line in
/// <see cref="All"/>.
/// </summary>
internal interface IReportFormat
{
    static readonly IReadOnlyList<IReportFormat> All =
    [
        new TextReport(),
        new JunitReport(),
        new SarifReport(),
        new GithubReport(),
        new MarkdownReport(),
        new HtmlReport(),
    ];

    /// <summary>The name for <c>--report</c>.</summary>
    string Name { get; }

    /// <summary>Writes the whole report. The stream stays open.</summary>
    void Write(CheckReport report, Stream output);
}
