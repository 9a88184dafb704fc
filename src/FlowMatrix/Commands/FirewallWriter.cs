using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Options;
using FlowMatrix.Output;
using FlowMatrix.Output.Firewall;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>Writes drafts of firewalls: all into one, or a file a host; and says what is in none of them.</summary>
internal sealed class FirewallWriter(CommandEnvironment environment, ConsoleReporter reporter)
{
    /// <summary>In the name of the output: there is then a file for each host.</summary>
    private const string HostPlace = "{host}";

    /// <param name="matrix">Not grouped.</param>
    /// <param name="naming">What gave it its names of networks.</param>
    /// <param name="steps">What picked its rows.</param>
    public async Task WriteAsync(
        FirewallTask task,
        Matrix matrix,
        Naming naming,
        IReadOnlyList<ViewStep> steps,
        CancellationToken cancel
    )
    {
        var path = task.Path;
        var today = DateOnly.FromDateTime(environment.Time.GetUtcNow().UtcDateTime);
        var check = task.Policy is null ? null : PolicyCheck.Run(task.Policy, matrix, today);
        var draft = DraftBuilder.Build(matrix, naming, check, task.Format) with
        {
            Filters = [.. steps.Select(step => step.Words)],
        };
        if (path is not null && path.Contains(HostPlace, StringComparison.Ordinal))
        {
            foreach (var host in draft.Hosts)
            {
                await WriteAsync(
                    task.Format,
                    draft.ForHost(host),
                    path.Replace(HostPlace, host.FileName, StringComparison.Ordinal),
                    cancel
                );
            }

            reporter.Detail(string.Create(CultureInfo.InvariantCulture, $"{draft.Hosts.Count} files written"));
            if (draft.WithoutRules.Count > 0)
            {
                reporter.Warn(
                    $"no file is written for {DraftWords.WithoutRules(draft)}: no incoming row became a rule; write one file for all hosts to see why"
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

        Tell(draft.Counts, task.Policy?.Path);
    }

    private Task WriteAsync(FirewallFormat format, FirewallDraft draft, string? path, CancellationToken cancel) =>
        OutputWriter.WriteAsync(
            path,
            environment,
            stream => format.WriteAsync(draft, stream, new FormatOptions(), cancel),
            cancel
        );

    private void Tell(DraftCounts counts, string? policy)
    {
        reporter.Detail(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Text(counts.WithRule, "row")} became rules; {counts.WithinHost:N0} are within a host and need none"
            )
        );
        Warn(counts.WithoutRule, "without a rule: see the comments in the draft");
        Warn(counts.ToUnknownHost, "to services on unknown hosts: not part of any firewall in the draft");
        Warn(counts.Refused, $"left out: {policy} does not allow them");
        Warn(
            counts.RefusedButAllowed,
            "of these is allowed anyway, by a rule for another client at its address",
            "of these are allowed anyway, by rules for other clients at their addresses"
        );
    }

    /// <param name="ofSeveral">Where it is said in other words of several rows.</param>
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
