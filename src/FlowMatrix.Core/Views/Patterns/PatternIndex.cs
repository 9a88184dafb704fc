using System.Runtime.InteropServices;

namespace FlowMatrix.Core.Views.Patterns;

/// <summary>
/// Many patterns as one: a trie of their steps, so that common beginnings are walked once. A text is read once, and all
/// places in the trie that it may have led to are kept side by side: no text and no pattern takes more than places by
/// characters. Source: Thompson, "Regular Expression Search Algorithm".
/// </summary>
internal sealed class PatternIndex
{
    private const int Root = 0;

    private readonly Dictionary<(int Node, char Character), int> _literals = [];

    /// <summary>By node: where steps lead that are no single character.</summary>
    private readonly List<List<(PatternStep Step, int Node)>?> _sets = [null];

    /// <summary>By node: the step that may be taken there again and again.</summary>
    private readonly List<PatternStep?> _loops = [null];

    /// <summary>By node: the numbers of the patterns that end there.</summary>
    private readonly List<List<int>?> _ends = [null];

    private List<int> _here = [];
    private List<int> _next = [];
    private int[] _visited = [0];
    private int _visit;

    public void Add(IEnumerable<PatternStep> steps, int number)
    {
        var node = Root;
        foreach (var step in steps)
        {
            // A step that repeats, twice, is the same as once.
            node = step.Repeats && _loops[node] == step ? node : Child(node, step);
        }

        (_ends[node] ??= []).Add(number);
    }

    /// <summary>Adds the numbers of all patterns that match the whole text, in no order, maybe one several times.</summary>
    public void Find(ReadOnlySpan<char> text, List<int> found)
    {
        if (_visited.Length < _ends.Count)
        {
            Array.Resize(ref _visited, Math.Max(_ends.Count, 2 * _visited.Length));
        }

        Begin();
        Arrive(Root);
        Rest();
        foreach (var character in text)
        {
            if (_here.Count == 0)
            {
                return;
            }

            Begin();
            foreach (var node in CollectionsMarshal.AsSpan(_next))
            {
                Advance(node, character);
            }

            Rest();
        }

        foreach (var node in _here)
        {
            found.AddRange(_ends[node] ?? []);
        }
    }

    private int Child(int node, PatternStep step)
    {
        if (step.Only is { } only)
        {
            ref var child = ref CollectionsMarshal.GetValueRefOrAddDefault(_literals, (node, only), out var known);
            return known ? child : child = NewNode(step);
        }

        var sets = _sets[node] ??= [];
        var at = sets.FindIndex(set => set.Step == step);
        if (at < 0)
        {
            at = sets.Count;
            sets.Add((step, NewNode(step)));
        }

        return sets[at].Node;
    }

    private int NewNode(PatternStep step)
    {
        _sets.Add(null);
        _ends.Add(null);
        _loops.Add(step.Repeats ? step : null);
        return _ends.Count - 1;
    }

    /// <summary>From here on nodes are those after the next character; those before it are in <see cref="_next"/>.</summary>
    private void Begin()
    {
        (_here, _next) = (_next, _here);
        _here.Clear();
        _visit++;
    }

    private void Advance(int node, char character)
    {
        if (_loops[node] is { } loop && loop.Has(character))
        {
            Arrive(node);
        }

        if (_literals.TryGetValue((node, character), out var child))
        {
            Arrive(child);
        }

        foreach (var (step, next) in CollectionsMarshal.AsSpan(_sets[node]))
        {
            if (!step.Repeats && step.Has(character))
            {
                Arrive(next);
            }
        }
    }

    /// <summary>What repeats may be there not at all.</summary>
    private void Rest()
    {
        for (var i = 0; i < _here.Count; i++)
        {
            foreach (var (step, next) in CollectionsMarshal.AsSpan(_sets[_here[i]]))
            {
                if (step.Repeats)
                {
                    Arrive(next);
                }
            }
        }
    }

    private void Arrive(int node)
    {
        if (_visited[node] != _visit)
        {
            _visited[node] = _visit;
            _here.Add(node);
        }
    }
}
