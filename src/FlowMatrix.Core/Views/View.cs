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

    public (Matrix Matrix, IReadOnlyList<ViewStep> Steps) Apply(Matrix matrix)
    {
        var steps = new List<ViewStep>();
        var rows = Filter.Apply(Naming.Apply(matrix), steps);
        var reaching = Reaches.Count == 0 ? null : Reachability.To(rows, Reaches, Depth);
        var reached = ReachableFrom.Count == 0 ? null : Reachability.From(rows, ReachableFrom, Depth);
        rows = Keep(rows, reaching, "reaches", Reaches, steps);
        if (reached is not null)
        {
            // Both at once: the rows that lie on chains from the one to the other.
            reached = reaching is null ? reached : [.. reached.Where((_, row) => reaching[row])];
        }

        rows = Keep(rows, reached, "reachable-from", ReachableFrom, steps);
        var left = rows;
        rows =
            GroupBy is { } by ? Grouping.Apply(rows, Naming, by)
            : Naming.IsNone ? rows
            : rows.Merged();
        return (matrix.Services is { } services ? rows.With(UsedBy(services, matrix, left)) : rows, steps);
    }

    /// <summary>The services of the rows that are left; those that nobody uses only where no rows are taken away.</summary>
    private ServiceList UsedBy(ServiceList services, Matrix matrix, Matrix left)
    {
        var everything = Filter.Terms.Count == 0 && Reaches.Count == 0 && ReachableFrom.Count == 0;
        return everything
            ? services.Named(Naming)
            : services.UsedBy([.. left.PickedFrom.Select(row => matrix.Rows[row])]).Named(Naming);
    }

    private static Matrix Keep(
        Matrix rows,
        bool[]? keep,
        string name,
        IReadOnlyList<Target> targets,
        List<ViewStep> steps
    )
    {
        if (keep is null)
        {
            return rows;
        }

        var kept = rows.Only(keep);
        steps.Add(
            new ViewStep(
                string.Join(' ', targets.Select(target => $"--{name} {target.Text}")),
                rows.Rows.Length - kept.Rows.Length,
                kept.Rows.Length
            )
            {
                Unknown = new UnmatchedPatternHints(rows).Find(targets, name),
            }
        );
        return kept;
    }
}
