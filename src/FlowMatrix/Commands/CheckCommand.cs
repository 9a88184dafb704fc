using System.CommandLine;
using System.Globalization;
using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Text;
using FlowMatrix.Loading;
using FlowMatrix.Options;
using FlowMatrix.Output.Policies;
using FlowMatrix.Output.Reports;
using FlowMatrix.Sources.Policies;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>Checks the matrix against a policy, as a test with an exit code.</summary>
internal sealed class CheckCommand(CommandEnvironment environment) : ICommand
{
    public string Description =>
        "Check the matrix against a policy: rows that no rule allows and required rows that are missing are "
        + "violations; "
        + "unused and expired rules are warnings. Can also draft a policy.";

    public string Examples =>
        """
            Examples:
              flowmatrix check -a skydive.example.com:8082 --learn -o flows.yaml
              flowmatrix check -a skydive.example.com:8082 --policy flows.yaml
              flowmatrix check -i day.json.gz --policy flows.yaml --report junit=flows.xml --report github
            """;

    private readonly PolicyOptions _policy = new();
    private readonly SourceOptions _source = new();
    private readonly ViewOptions _view = new(
        "Which rows are checked",
        ViewFeatures.Chains,
        whyNoGroups: "check checks single rows"
    );
    private readonly GeneralOptions _general = new();

    public IReadOnlyList<OptionGroup> Groups => [_policy, _source, .. _view.Groups, _general];

    public async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var reporter = _general.Bind(parsed, environment);
        var task = _policy.Bind(parsed);
        if (task.Schema)
        {
            await WriteAsync(task.Output, PolicySchema.Write, cancel);
            return 0;
        }

        if (task.Policy is null)
        {
            RefuseToReplace(task.Output);
            var draft = PolicyDraft.Write(await MatrixAsync(parsed, "in the draft", reporter, cancel));
            await WriteAsync(task.Output, stream => stream.Write(Encoding.UTF8.GetBytes(draft)), cancel);
            return 0;
        }

        return await CheckAsync(parsed, task, task.Policy, reporter, cancel);
    }

    /// <summary>A draft gets corrected and reviewed: the next one must not replace it.</summary>
    private static void RefuseToReplace(string? path)
    {
        if (path is not null && new FileInfo(path) is { Exists: true, Length: > 0 })
        {
            throw new Failure(
                FailureKind.Usage,
                $"--output {path}: already exists, and may have been reviewed: use another file, or remove it"
            );
        }
    }

    /// <summary>
    /// Reports are written even after a failure, because pipelines show them rather than standard error.
    /// </summary>
    private async Task<int> CheckAsync(
        ParseResult parsed,
        PolicyTask task,
        string path,
        ConsoleReporter reporter,
        CancellationToken cancel
    )
    {
        var now = environment.Time.GetUtcNow();
        var failures = new List<Failure>();
        CheckReport report;
        try
        {
            var policy = PolicyFile.Read(path);
            var matrix = await MatrixAsync(parsed, "checked", reporter, cancel);
            report = CheckReport.From(
                PolicyCheck.Run(policy, matrix, DateOnly.FromDateTime(now.UtcDateTime)),
                task.Strict,
                now
            );
        }
        catch (Failure failure)
        {
            failures.Add(failure);
            report = CheckReport.FromFailure(path, environment.Secrets.InMessage(failure.Message), task.Strict, now);
        }

        failures.AddRange(await WriteAsync(task, report, cancel));
        foreach (var also in failures.Skip(1))
        {
            reporter.Error(also.Message);
        }

        return failures.Count > 0 ? throw failures[0]
            : report.Passes ? 0
            : 1;
    }

    /// <param name="what">What is done with the rows, for messages.</param>
    private async Task<Matrix> MatrixAsync(
        ParseResult parsed,
        string what,
        ConsoleReporter reporter,
        CancellationToken cancel
    )
    {
        var source = _source.Bind(parsed, environment);
        var (view, _) = _view.Bind(parsed, environment, reporter);
        var picked = await new RowPicker(reporter).PickAsync(source, view, MatchExtras.Rows, cancel);
        if (picked.Steps is [.., { Remaining: > 0 } last] && last.Remaining < picked.AllRows)
        {
            // Otherwise it is not clear why a row counts as missing, or a rule as unused.
            reporter.Note(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"filters are on ({string.Join(' ', picked.Steps.Select(step => step.Text))}): "
                        + $"{last.Remaining:N0} of {Counted.Text(picked.AllRows, "row")} "
                        + $"{(last.Remaining == 1 ? "is" : "are")} {what}"
                )
            );
        }

        return picked.Matrix;
    }

    /// <summary>Writes all reports, even if one of them cannot be written.</summary>
    /// <returns>The failures.</returns>
    private async Task<List<Failure>> WriteAsync(PolicyTask task, CheckReport report, CancellationToken cancel)
    {
        var failures = new List<Failure>();
        foreach (var (format, path) in task.Reports)
        {
            if (report.FailureReason is not null && path is null && format is TextReport)
            {
                // Standard error has the message already.
                continue;
            }

            try
            {
                await WriteAsync(path, stream => format.Write(report, stream), cancel);
            }
            catch (Failure failure)
            {
                failures.Add(failure);
            }
        }

        return failures;
    }

    private Task WriteAsync(string? path, Action<Stream> write, CancellationToken cancel) =>
        OutputWriter.WriteAsync(
            path,
            environment,
            async stream =>
            {
                // Standard output gets the whole report or nothing.
                using var whole = new MemoryStream();
                write(whole);
                whole.Position = 0;
                await whole.CopyToAsync(stream, cancel);
            },
            cancel
        );
}
