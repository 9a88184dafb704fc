using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Views;

/// <summary>
/// Which rows to keep. Terms of the same name widen each other (one of them has to be true), terms of different names
/// narrow, and each term with "not" takes away. What isn't known (a host, a process) matches no pattern. A pure value:
/// the same for every command, and for files that speak of rows.
/// </summary>
internal sealed class Filter(IReadOnlyList<FilterTerm> terms)
{
    public static readonly Filter Everything = new([]);

    public IReadOnlyList<FilterTerm> Terms => terms;

    /// <summary>What it asks of services, for a list of them: "host" is then the service's.</summary>
    public Filter ForServices() =>
        new([
            .. terms
                .Where(term => term.Field != FilterField.External && term.End != RowEnd.Client)
                .Select(term => term.About(RowEnd.Service)),
        ]);

    /// <summary>What it asks of the clients of a service.</summary>
    public Filter ForClients() =>
        new([
            .. terms.Where(term =>
                term.Field == FilterField.External
                || term.End == RowEnd.Client
                || term is { Field: FilterField.Loopback, Not: true }
            ),
        ]);

    /// <summary>The conditions in the order in which they were said, each of which a row has to pass.</summary>
    public IReadOnlyList<FilterStage> Stages() =>
        [
            .. terms
                .GroupBy(term => term.Not ? (object)term : (term.Field, term.End))
                .Select(stage => new FilterStage([.. stage])),
        ];

    /// <param name="steps">Gets a line for each condition.</param>
    public Matrix Apply(Matrix matrix, IList<ViewStep> steps) =>
        terms.Count == 0 ? matrix : matrix.Only(Keep(matrix, steps));

    /// <summary>Whether each row passes.</summary>
    /// <param name="steps">Gets a line for each condition.</param>
    public bool[] Keep(Matrix matrix, IList<ViewStep> steps)
    {
        var stages = Stages();

        var tests = new CompiledFilter(this, matrix.IdTables, matrix.NetworkHosts);
        var removed = new int[stages.Count];
        var keep = new bool[matrix.Rows.Length];
        for (var row = 0; row < keep.Length; row++)
        {
            var failed = tests.FirstFailed(matrix.Rows[row], matrix.Via(row));
            keep[row] = failed < 0;
            if (failed >= 0)
            {
                removed[failed]++;
            }
        }

        var left = matrix.Rows.Length;
        var unknown = new UnmatchedPatternHints(matrix);
        for (var i = 0; i < stages.Count; i++)
        {
            left -= removed[i];
            steps.Add(new ViewStep(stages[i].Words, removed[i], left) { Unknown = unknown.Find(stages[i]) });
        }

        return keep;
    }
}

/// <summary>Terms of which one has to be true; or a single one with "not", which must not be.</summary>
internal sealed record FilterStage(IReadOnlyList<FilterTerm> Terms)
{
    public string Words => string.Join(' ', Terms.Select(term => term.Words));
}

/// <summary>What one step did to the rows.</summary>
/// <param name="Words">The step, as the user said it.</param>
internal sealed record ViewStep(string Words, int Removed, int Left)
{
    /// <summary>A sentence for each name in it that nothing has.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}
