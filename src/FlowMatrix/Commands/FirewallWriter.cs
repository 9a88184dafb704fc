using System.Globalization;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Loading;
using FlowMatrix.Options;
using FlowMatrix.Output;
using FlowMatrix.Output.Firewall;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>
/// Writes firewall drafts, in one file or one per host, and reports the rows that are in none of them.
/// </summary>
internal sealed class FirewallWriter(CommandEnvironment environment, ConsoleReporter reporter)
{
    /// <summary>Replaced by the name of a host in the name of the output: one file per host.</summary>
    private const string HostPlaceholder = "{host}";

    /// <param name="picked">Rows that are not grouped.</param>
    /// <param name="naming">The names of networks in the rows.</param>
    public async Task WriteAsync(FirewallTask task, PickedMatrix picked, Naming naming, CancellationToken cancel)
    {
        var path = task.Path;
        var today = DateOnly.FromDateTime(environment.Time.GetUtcNow().UtcDateTime);
        var check = task.Policy is null ? null : PolicyCheck.Run(task.Policy, picked.Matrix, today);
        var draft = DraftBuilder.Build(picked.Matrix, naming, check, task.Format) with
        {
            Filters = [.. picked.Steps.Select(step => step.Text)],
        };
        if (path is not null && path.Contains(HostPlaceholder, StringComparison.Ordinal))
        {
            foreach (var host in draft.Hosts)
            {
                await WriteAsync(
                    task.Format,
                    draft.ForHost(host),
                    path.Replace(HostPlaceholder, host.FileName, StringComparison.Ordinal),
                    cancel
                );
            }

            reporter.Detail(string.Create(CultureInfo.InvariantCulture, $"{draft.Hosts.Count} files written"));
            if (draft.WithoutRules.Count > 0)
            {
                reporter.Warn(
                    $"no file is written for {DraftText.WithoutRules(draft)}: no incoming row became a rule; "
                        + "write one file for all hosts to see why"
                );
            }
            else if (draft.Hosts.Count == 0)
            {
                reporter.Warn($"no file is written to {path}: no row has a service on a known host");
            }
        }
        else
        {
            await WriteAsync(task.Format, draft, path, cancel);
        }

        Report(draft.Counts, task.Policy?.Path);
    }

    private Task WriteAsync(FirewallFormat format, FirewallDraft draft, string? path, CancellationToken cancel) =>
        OutputWriter.WriteAsync(
            path,
            environment,
            stream => format.WriteAsync(draft, stream, new FormatOptions(), cancel),
            cancel
        );

    private void Report(DraftCounts counts, string? policy)
    {
        reporter.Detail(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Text(counts.WithRule, "row")} became rules; "
                    + $"{counts.WithinHost:N0} are within a host and need none"
            )
        );
        Warn(counts.WithoutRule, "without a rule: see the comments in the draft");
        Warn(counts.ToUnknownHost, "to services on unknown hosts: in no draft");
        Warn(counts.Refused, $"left out: {policy} does not allow them");
        Warn(
            counts.RefusedButAllowed,
            "of these is still allowed, by a rule for another client at its address",
            "of these are still allowed, by rules for other clients at their addresses"
        );
    }

    /// <param name="ofSeveral">The words for several rows, if they differ.</param>
    private void Warn(int rows, string what, string? ofSeveral = null)
    {
        if (rows > 0)
        {
            reporter.Warn(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{rows:N0} row{(rows == 1 ? "" : "s")} {(rows == 1 ? what : ofSeveral ?? what)}"
                )
            );
        }
    }
}
