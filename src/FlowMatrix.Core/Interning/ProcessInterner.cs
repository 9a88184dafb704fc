namespace FlowMatrix.Core.Interning;

/// <summary>
/// Distinct processes, each with a small integer ID. A process is a pair of executable path and kernel name; process
/// IDs of the system do not count. ID 0 is the unknown process, whose path and name are empty.
/// </summary>
internal sealed class ProcessInterner
{
    private readonly Dictionary<(int Path, int Name), int> _ids = new() { [(0, 0)] = 0 };
    private readonly List<(int Path, int Name)> _processes = [(0, 0)];
    private readonly TextInterner _texts;
    private readonly Stack<int> _free = [];

    /// <summary>A cache of recent processes, because a few processes own most sockets.</summary>
    private readonly (int Path, int Name, int Id)[] _recent = new (int, int, int)[1024];

    public ProcessInterner() => _texts = new TextInterner();

    /// <summary>Creates a copy with the same IDs.</summary>
    public ProcessInterner(ProcessInterner other)
    {
        _ids = new Dictionary<(int Path, int Name), int>(other._ids);
        _processes = [.. other._processes];
        _texts = new TextInterner(other._texts);
        _free = new Stack<int>(other._free.Reverse());
    }

    /// <summary>All IDs are below this.</summary>
    public int Count => _processes.Count;

    /// <summary>Number of IDs in use, including 0.</summary>
    public int InUse => Count - _free.Count;

    public int Add(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name) => Add(_texts.Add(path), _texts.Add(name));

    public int Add(string path, string name) => Add(_texts.Add(path), _texts.Add(name));

    public string Path(int id) => _texts[_processes[id].Path];

    public string Name(int id) => _texts[_processes[id].Name];

    public ReadOnlySpan<byte> PathUtf8(int id) => _texts.Utf8(_processes[id].Path);

    public ReadOnlySpan<byte> NameUtf8(int id) => _texts.Utf8(_processes[id].Name);

    /// <summary>Compares by name, then by path.</summary>
    public int Compare(int a, int b)
    {
        var name = _texts.Compare(_processes[a].Name, _processes[b].Name);
        return name != 0 ? name : _texts.Compare(_processes[a].Path, _processes[b].Path);
    }

    /// <summary>Removes the processes whose IDs are not in use. Their IDs are assigned again.</summary>
    public void Sweep(ReadOnlySpan<bool> used)
    {
        var texts = new bool[_texts.Count];
        _free.Clear();
        Array.Clear(_recent);
        for (var id = Count - 1; id > 0; id--)
        {
            var (path, name) = _processes[id];
            if (used[id])
            {
                (texts[path], texts[name]) = (true, true);
            }
            else
            {
                // IDs that were free before are (0, 0), the key of ID 0, which must stay.
                _ = (path, name) != (0, 0) && _ids.Remove((path, name));
                _processes[id] = (0, 0);
                _free.Push(id);
            }
        }

        _texts.Sweep(texts);
    }

    private int Add(int path, int name)
    {
        ref var recent = ref _recent[((path * 31) + name) & 1023];
        if (recent.Path == path && recent.Name == name)
        {
            return recent.Id;
        }

        if (!_ids.TryGetValue((path, name), out var id))
        {
            if (_free.TryPop(out id))
            {
                _processes[id] = (path, name);
            }
            else
            {
                id = _processes.Count;
                _processes.Add((path, name));
            }

            _ids.Add((path, name), id);
        }

        recent = (path, name, id);
        return id;
    }
}
