using System.Diagnostics.CodeAnalysis;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views.Filters;

/// <summary>A field with a name. Its filters have patterns, which are looked up all at once.</summary>
internal abstract class NameField : FilterField<Glob>
{
    /// <summary>
    /// The name of a number, and the path that patterns with a slash are compared with. Empty: unknown.
    /// </summary>
    protected abstract (string Name, string Path) TextsOf(int number, IdTables ids);

    public sealed override FieldIndex CreateIndex(int words, IdTables ids, IReadOnlySet<int> networkHosts) =>
        new NameIndex(words, number => TextsOf(number, ids));

    protected sealed override bool TryParse(string text, out Glob value, [NotNullWhen(false)] out string? problem)
    {
        (value, problem) = (new Glob(text), null);
        return true;
    }

    /// <summary>Only a * can cover a *. Patterns with a slash cover names and paths, the others only names.</summary>
    protected sealed override bool AreCovered(IReadOnlyList<Glob> given, IReadOnlyList<Glob> by)
    {
        var others = new GlobSet();
        foreach (var glob in by)
        {
            others.Add(glob);
        }

        return given.All(glob =>
            others.Matching(glob.Pattern).Any(other => others.Globs[other].IsOfPaths || !glob.IsOfPaths)
        );
    }

    private sealed class NameIndex(int words, Func<int, (string Name, string Path)> textsOf) : FieldIndex<Glob>(words)
    {
        private readonly GlobSet _globs = new();

        /// <summary>By the number of a glob.</summary>
        private readonly List<List<int>> _filters = [];

        protected override void Add(Glob value, int filter)
        {
            var number = _globs.Add(value);
            if (number == _filters.Count)
            {
                _filters.Add([]);
            }

            _filters[number].Add(filter);
        }

        protected override void Search(int number, ulong[] bits)
        {
            var (name, path) = textsOf(number);
            AddMatching(name, bits, isPath: false);
            AddMatching(path, bits, isPath: true);
        }

        /// <summary>An unknown name or path matches no pattern.</summary>
        private void AddMatching(string text, ulong[] bits, bool isPath)
        {
            if (text.Length == 0)
            {
                return;
            }

            foreach (var number in _globs.Matching(text))
            {
                if (!isPath || _globs.Globs[number].IsOfPaths)
                {
                    Set(bits, _filters[number]);
                }
            }
        }
    }
}

/// <summary>The name of a host.</summary>
internal sealed class HostField : NameField
{
    public override int AtService(in Row row) => row.ServiceHost;

    public override int AtClient(in Row row) => row.ClientHost;

    protected override (string Name, string Path) TextsOf(int number, IdTables ids) => (ids.Hosts[number], "");
}

/// <summary>The name of a process, which the kernel cuts to 15 bytes, and its path.</summary>
internal sealed class ProcessField : NameField
{
    public override int AtService(in Row row) => row.ServiceProcess;

    public override int AtClient(in Row row) => row.ClientProcess;

    protected override (string Name, string Path) TextsOf(int number, IdTables ids) =>
        (ids.Processes.Name(number), ids.Processes.Path(number));
}
