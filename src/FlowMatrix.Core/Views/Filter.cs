using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views.Filters;

namespace FlowMatrix.Core.Views;

/// <summary>
/// Which rows to keep. Terms about the same field and end are alternatives, and a row has to match one of them. Terms
/// about different fields or ends must all match, and no negated term may match. An unknown host or process matches no
/// pattern. Commands and files share it.
/// </summary>
internal sealed class Filter(IReadOnlyList<FilterTerm> terms)
{
    public static readonly Filter Everything = new([]);

    public IReadOnlyList<FilterTerm> Terms => terms;

    /// <summary>
    /// The terms that select services in a list of services, where "host" is the host of the service.
    /// </summary>
    public Filter ForServices() =>
        new([
            .. terms.Where(term => term.Field.SelectsServices(term)).Select(term => term with { End = RowEnd.Service }),
        ]);

    /// <summary>The terms that select the clients of a service.</summary>
    public Filter ForClients() => new([.. terms.Where(term => term.Field.SelectsClients(term))]);

    /// <summary>The conditions in the order of the command line. A row has to pass all of them.</summary>
    public IReadOnlyList<FilterStage> Stages() =>
        [
            .. terms
                .GroupBy(term => term.Not ? (object)term : (term.Field, term.End))
                .Select(stage => new FilterStage([.. stage])),
        ];

    /// <param name="steps">Gets what each condition removed.</param>
    public Matrix Apply(Matrix matrix, IList<ViewStep> steps) =>
        terms.Count == 0 ? matrix : matrix.Only(Keep(matrix, steps));

    /// <summary>Whether each row passes.</summary>
    /// <param name="steps">Gets what each condition removed.</param>
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
            steps.Add(new ViewStep(stages[i].Text, removed[i], left) { Unknown = unknown.Find(stages[i]) });
        }

        return keep;
    }
}

/// <summary>Alternative terms, one of which has to match, or a single negated term.</summary>
internal sealed record FilterStage(IReadOnlyList<FilterTerm> Terms)
{
    public string Text => string.Join(' ', Terms.Select(term => term.Text));
}

/// <summary>What one step of a view removed.</summary>
/// <param name="Text">The step, as options of the command line.</param>
internal sealed record ViewStep(string Text, int Removed, int Remaining)
{
    /// <summary>A sentence for each pattern in it that matches nothing.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}
