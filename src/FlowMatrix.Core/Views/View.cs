using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Views;

/// <summary>
/// A way to look at a matrix. Its steps come in one fixed order, whatever order they were asked for in: names, filters,
/// chains (over the rows that are left), groups.
/// </summary>
internal sealed record View
{
    public Naming Naming { get; init; } = Naming.None;

    public Filter Filter { get; init; } = Filter.Everything;

    public IReadOnlyList<Target> Reaches { get; init; } = [];

    public IReadOnlyList<Target> ReachableFrom { get; init; } = [];

    /// <summary>How many rows a chain may have; null for any number.</summary>
    public int? Depth { get; init; }

    /// <summary>Whether chains are followed, which go from program to program.</summary>
    public bool HasChains => Reaches.Count > 0 || ReachableFrom.Count > 0;

    /// <summary>Null for the matcher's own rows.</summary>
    public GroupBy? GroupBy { get; init; }

    /// <summary>Whether it leaves rows out.</summary>
    public bool LeavesRowsOut => Filter.Terms.Count > 0 || HasChains;

    /// <summary>Applies names, filters and chains; the result is then grouped or not.</summary>
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
            // Both at once: the rows on chains from the one to the other.
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
            var words = string.Join(' ', targets.Select(target => $"--{option} {target.Text}"));
            steps.Add(new ViewStep(words, before - rows.Rows.Length, rows.Rows.Length) { Unknown = unknown });
        }
    }
}

/// <summary>The rows that a view picked, under its names, before rows of the same name are joined.</summary>
/// <param name="all">The rows that were picked from, under their own names.</param>
/// <param name="rows">The picked ones under their new names, in the order of the old names.</param>
/// <param name="numbers">The number of each picked row among all.</param>
internal sealed class PickedRows(View view, Matrix all, Matrix rows, int[] numbers, IReadOnlyList<ViewStep> steps)
{
    public IReadOnlyList<ViewStep> Steps => steps;

    /// <summary>One by one; rows that now have the same names are joined.</summary>
    public Matrix ToMatrix() => view.Naming.IsNone ? rows : rows.Merged();

    /// <summary>Merged by what the rows have in common.</summary>
    public GroupedMatrix Group(GroupBy by) =>
        Grouping.Apply(rows, row => all.Rows[numbers[row]].ClientHost, view.Naming, by);

    /// <summary>The services of the picked rows; unused services only where all rows were picked.</summary>
    /// <param name="services">Those of all rows.</param>
    public ServiceList Services(ServiceList services) =>
        (view.LeavesRowsOut ? services.UsedBy(numbers.Select(row => all.Rows[row].Key)) : services).Named(view.Naming);
}
