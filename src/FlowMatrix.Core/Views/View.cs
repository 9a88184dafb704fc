using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Views;

/// <summary>
/// What the user wants to see of a matrix. The steps are applied in a fixed order, whatever the order of the options:
/// names, filters, chains over the rows that are left, groups. Immutable. Source: docs/guide.md.
/// </summary>
internal sealed record View
{
    public Naming Naming { get; init; } = Naming.None;

    public Filter Filter { get; init; } = Filter.Everything;

    /// <summary>Rows must be on chains to one of these targets, if there are any.</summary>
    public IReadOnlyList<Target> Reaches { get; init; } = [];

    /// <summary>Rows must be on chains from one of these targets, if there are any.</summary>
    public IReadOnlyList<Target> ReachableFrom { get; init; } = [];

    /// <summary>The largest number of rows in a chain; null for no limit.</summary>
    public int? Depth { get; init; }

    /// <summary>Whether chains are followed. They need the programs of rows.</summary>
    public bool HasChains => Reaches.Count > 0 || ReachableFrom.Count > 0;

    /// <summary>How rows are grouped; null for no groups.</summary>
    public GroupBy? GroupBy { get; init; }

    /// <summary>Whether the view may leave rows out.</summary>
    public bool LeavesRowsOut => Filter.Terms.Count > 0 || HasChains;

    /// <summary>Applies names, filters and chains. Groups are applied to the result.</summary>
    public PickedRows Pick(Matrix matrix)
    {
        var steps = new List<ViewStep>();
        var rows = Naming.Apply(matrix);
        var picked = Enumerable.Range(0, rows.Rows.Length).ToArray();
        if (Filter.Terms.Count > 0)
        {
            Keep(Filter.Keep(rows, steps));
        }

        var reaching = Reaches.Count == 0 ? null : Reachability.To(rows, Reaches, Depth);
        var reached = ReachableFrom.Count == 0 ? null : Reachability.From(rows, ReachableFrom, Depth);
        if (reaching is not null)
        {
            Follow(reaching, "reaches", Reaches);
        }

        if (reached is not null)
        {
            // With both options, only rows on chains from one target to the other are kept.
            reached = reaching is null ? reached : [.. reached.Where((_, row) => reaching[row])];
            Follow(reached, "reachable-from", ReachableFrom);
        }

        return new PickedRows(this, matrix, rows, picked, steps);

        void Keep(bool[] keep)
        {
            rows = rows.Only(keep);
            picked = [.. picked.Where((_, row) => keep[row])];
        }

        void Follow(bool[] keep, string option, IReadOnlyList<Target> targets)
        {
            var unknown = new UnmatchedPatternHints(rows).Find(targets, option);
            var before = rows.Rows.Length;
            Keep(keep);
            var text = string.Join(' ', targets.Select(target => $"--{option} {target.Text}"));
            steps.Add(new ViewStep(text, before - rows.Rows.Length, rows.Rows.Length) { Unknown = unknown });
        }
    }
}

/// <summary>The rows that a view picked, under their new names, before rows with equal keys are merged.</summary>
/// <param name="all">All rows, under their original names.</param>
/// <param name="rows">The picked rows under their new names, in the original order.</param>
/// <param name="numbers">The index in <paramref name="all"/> of each picked row.</param>
internal sealed class PickedRows(View view, Matrix all, Matrix rows, int[] numbers, IReadOnlyList<ViewStep> steps)
{
    /// <summary>One entry for each filter and chain option.</summary>
    public IReadOnlyList<ViewStep> Steps => steps;

    /// <summary>Returns the rows without groups. Rows with equal keys are merged.</summary>
    public Matrix ToMatrix() => view.Naming.IsNone ? rows : rows.Merged();

    /// <summary>Returns the rows in groups.</summary>
    public GroupedMatrix Group(GroupBy by) =>
        Grouping.Apply(rows, row => all.Rows[numbers[row]].ClientHost, view.Naming, by);

    /// <summary>
    /// Returns the services of the picked rows. Unused services are kept only if no row was left out.
    /// </summary>
    /// <param name="services">The services of all rows.</param>
    public ServiceList Services(ServiceList services) =>
        (view.LeavesRowsOut ? services.UsedBy(numbers.Select(row => all.Rows[row].Key)) : services).Named(view.Naming);
}
