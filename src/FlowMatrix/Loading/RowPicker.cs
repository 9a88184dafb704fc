using System.Globalization;
using FlowMatrix.Core.Diffing;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Sources;
using FlowMatrix.Terminal;

namespace FlowMatrix.Loading;

/// <summary>The rows that a view picks from a source.</summary>
/// <param name="Groups">The same rows with the counts of their groups; null if the view has no groups.</param>
/// <param name="Services">The services of the same rows; null unless asked for.</param>
/// <param name="Steps">What each step of the view removed.</param>
/// <param name="AllRows">The number of rows before filters and chains.</param>
internal sealed record PickedMatrix(
    Matrix Matrix,
    GroupedMatrix? Groups,
    ServiceList? Services,
    IReadOnlyList<ViewStep> Steps,
    int AllRows
);

/// <summary>An earlier matrix to compare with.</summary>
/// <param name="Key">The columns that identify a row.</param>
internal sealed record Baseline(ISource Before, ComparisonKey Key);

/// <summary>The difference between two matrices as a view shows them.</summary>
/// <param name="Services">The services of the later matrix; null unless asked for.</param>
internal sealed record ComparedMatrix(MatrixDiff Diff, ServiceList? Services);

/// <summary>
/// Reads a source and picks the rows of a view, with messages about each step. All commands that show rows of a matrix
/// share it.
/// </summary>
internal sealed class RowPicker(ConsoleReporter reporter)
{
    private readonly MatrixLoader _loader = new(reporter);

    public async Task<PickedMatrix> PickAsync(ISource source, View view, MatchExtras needs, CancellationToken cancel)
    {
        var loaded = await _loader.LoadAsync(source, needs | Programs(view), cancel);
        return Pick(loaded.Matrix, loaded.Services, view);
    }

    /// <param name="after">The later matrix.</param>
    public async Task<ComparedMatrix> CompareAsync(
        Baseline baseline,
        ISource after,
        View view,
        MatchExtras needs,
        CancellationToken cancel
    )
    {
        var (now, services) = await _loader.LoadAsync(after, needs | Programs(view), cancel);
        var (before, _) = await _loader.LoadAsync(baseline.Before, Programs(view), cancel);

        // If only one side knows programs, chains would differ because of what the other side does not know.
        if (before.KnowsPrograms != now.KnowsPrograms)
        {
            (before, now) = (before.WithoutPrograms(), now.WithoutPrograms());
        }

        var picked = Pick(now, services, view);
        var diff = Comparison.Compare(view.Pick(before).ToMatrix(), picked.Matrix, baseline.Key);
        return new ComparedMatrix(diff, picked.Services);
    }

    private PickedMatrix Pick(Matrix all, ServiceList? services, View view)
    {
        var start = reporter.Time.GetTimestamp();
        var picked = view.Pick(all);
        var groups = view.GroupBy is { } by ? picked.Group(by) : null;
        var matrix = groups?.Matrix ?? picked.ToMatrix();
        reporter.Detail(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Text(matrix.Rows.Length, "row")} picked in "
                    + $"{reporter.Time.GetElapsedTime(start).TotalMilliseconds:N0} ms"
            )
        );
        reporter.Steps(picked.Steps, "row", all.Rows.Length);
        return new PickedMatrix(
            matrix,
            groups,
            services is null ? null : picked.Services(services),
            picked.Steps,
            all.Rows.Length
        );
    }

    /// <summary>Chains are followed from program to program.</summary>
    private static MatchExtras Programs(View view) => view.HasChains ? MatchExtras.Programs : MatchExtras.Rows;
}
