using System.Runtime.InteropServices;

namespace FlowMatrix.Core.Views.Patterns;

/// <summary>
/// Matches many patterns at once with a trie of their steps, in which common prefixes are shared. A text is read once,
/// with the set of all nodes that it can have reached. The time is at most proportional to nodes times characters. Not
/// thread-safe. Source: Thompson, "Regular Expression Search Algorithm".
/// </summary>
internal sealed class PatternIndex
{
    private const int Root = 0;

    private readonly Dictionary<(int Node, char Character), int> _literals = [];

    /// <summary>By node: the steps other than a single character, and the nodes that they lead to.</summary>
    private readonly List<List<(PatternStep Step, int Node)>?> _sets = [null];

    /// <summary>By node: the step that may be repeated at this node.</summary>
    private readonly List<PatternStep?> _loops = [null];

    /// <summary>By node: the numbers of the patterns that end there.</summary>
    private readonly List<List<int>?> _ends = [null];

    private List<int> _current = [];
    private List<int> _previous = [];
    private int[] _visited = [0];
    private int _visit;

    public void Add(IEnumerable<PatternStep> steps, int number)
    {
        var node = Root;
        foreach (var step in steps)
        {
            // A repeating step twice in a row is the same as once.
            node = step.Repeats && _loops[node] == step ? node : Child(node, step);
        }

        (_ends[node] ??= []).Add(number);
    }

    /// <summary>Adds the numbers of all patterns that match the whole text, unsorted and with duplicates.</summary>
    public void Find(ReadOnlySpan<char> text, List<int> found)
    {
        if (_visited.Length < _ends.Count)
        {
            Array.Resize(ref _visited, Math.Max(_ends.Count, 2 * _visited.Length));
        }

        StartSet();
        AddNode(Root);
        SkipRepeats();
        foreach (var character in text)
        {
            if (_current.Count == 0)
            {
                return;
            }

            StartSet();
            foreach (var node in CollectionsMarshal.AsSpan(_previous))
            {
                Advance(node, character);
            }

            SkipRepeats();
        }

        foreach (var node in _current)
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

    /// <summary>Starts an empty set of nodes for the next character and keeps the set before it.</summary>
    private void StartSet()
    {
        (_current, _previous) = (_previous, _current);
        _current.Clear();
        _visit++;
    }

    private void Advance(int node, char character)
    {
        if (_loops[node] is { } loop && loop.Has(character))
        {
            AddNode(node);
        }

        if (_literals.TryGetValue((node, character), out var child))
        {
            AddNode(child);
        }

        foreach (var (step, next) in CollectionsMarshal.AsSpan(_sets[node]))
        {
            if (!step.Repeats && step.Has(character))
            {
                AddNode(next);
            }
        }
    }

    /// <summary>Adds the nodes behind repeating steps, because these may match no character.</summary>
    private void SkipRepeats()
    {
        for (var i = 0; i < _current.Count; i++)
        {
            foreach (var (step, next) in CollectionsMarshal.AsSpan(_sets[_current[i]]))
            {
                if (step.Repeats)
                {
                    AddNode(next);
                }
            }
        }
    }

    private void AddNode(int node)
    {
        if (_visited[node] != _visit)
        {
            _visited[node] = _visit;
            _current.Add(node);
        }
    }
}
