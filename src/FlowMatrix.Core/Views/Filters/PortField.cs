using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Views.Filters;

/// <summary>The port of the service. Rows are distinct without the client's.</summary>
internal sealed class PortField : FilterField<PortSet>
{
    public override bool HasEnds => false;

    public override int AtService(in Row row) => row.ServicePort;

    public override FieldIndex CreateIndex(int words, IdTables ids, IReadOnlySet<int> networkHosts) =>
        new PortIndex(words);

    protected override bool TryParse(string text, out PortSet value, [NotNullWhen(false)] out string? problem) =>
        PortSet.TryParse([text], out value!, out problem);

    protected override bool AreCovered(IReadOnlyList<PortSet> given, IReadOnlyList<PortSet> by) =>
        PortSet.Union(given).IsWithin(PortSet.Union(by));

    private sealed class PortIndex(int words) : FieldIndex<PortSet>(words)
    {
        private readonly List<(ushort First, ushort Last, int Filter)> _ranges = [];
        private bool _isSorted = true;

        protected override void Add(PortSet value, int filter)
        {
            _ranges.AddRange(value.Ranges.Select(range => (range.First, range.Last, filter)));
            _isSorted = false;
        }

        protected override void Search(int number, ulong[] bits)
        {
            if (!_isSorted)
            {
                _ranges.Sort();
                _isSorted = true;
            }

            foreach (var (first, last, filter) in CollectionsMarshal.AsSpan(_ranges))
            {
                if (first > number)
                {
                    break;
                }

                if (number <= last)
                {
                    BitVectorClassifier.Set(bits, filter);
                }
            }
        }
    }
}
