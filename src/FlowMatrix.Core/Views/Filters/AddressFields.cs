using System.Diagnostics.CodeAnalysis;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views.Filters;

/// <summary>An address. Its filters have networks, which are looked up all at once.</summary>
internal sealed class AddressField : FilterField<IpNetwork>
{
    public override bool IncludesVia => true;

    public override int AtService(in Row row) => row.ServiceAddress;

    public override int AtClient(in Row row) => row.ClientAddress;

    public override FieldIndex CreateIndex(int words, IdTables ids, IReadOnlySet<int> networkHosts) =>
        new AddressIndex(words, ids);

    protected override bool TryParse(string text, out IpNetwork value, [NotNullWhen(false)] out string? problem)
    {
        if (IpNetwork.TryParse(text, out value, out problem))
        {
            return true;
        }

        problem = $"\"{text}\" {problem}";
        return false;
    }

    protected override bool AreCovered(IReadOnlyList<IpNetwork> given, IReadOnlyList<IpNetwork> by)
    {
        var others = new NetworkIndex<IpNetwork>();
        foreach (var network in by)
        {
            others.Add(network, network);
        }

        return given.All(network => others.At(network.Address).Any(found => found[0].Length <= network.Length));
    }

    private sealed class AddressIndex(int words, IdTables ids) : FieldIndex<IpNetwork>(words)
    {
        private readonly NetworkIndex<int> _networks = new();

        protected override void Add(IpNetwork value, int filter) => _networks.Add(value, filter);

        protected override void Search(int number, ulong[] bits)
        {
            // An unknown address is in no network.
            foreach (var filters in number == 0 ? [] : _networks.At(ids.Addresses[number]))
            {
                Set(bits, filters);
            }
        }
    }
}

/// <summary>Whether an address is IPv4, else IPv6.</summary>
internal sealed class AddressFamilyField : ComparedField<bool>
{
    public override int AtService(in Row row) => row.ServiceAddress;

    public override int AtClient(in Row row) => row.ClientAddress;

    protected override bool TryParse(string text, out bool value, [NotNullWhen(false)] out string? problem)
    {
        (value, problem) = (text == "ipv4", null);
        return true;
    }

    protected override bool Matches(bool value, int number, IdTables ids, IReadOnlySet<int> networkHosts) =>
        number != 0 && ids.Addresses[number].IsV4 == value;
}

/// <summary>Whether an address is a loopback address: then the row stays within one host.</summary>
internal sealed class LoopbackField : ConditionField
{
    public override int AtService(in Row row) => row.ServiceAddress;

    public override int AtClient(in Row row) => row.ClientAddress;

    /// <summary>A service on all addresses has clients over loopback as well.</summary>
    public override bool SelectsClients(FilterTerm term) => term.Not;

    protected override bool IsTrue(int number, IdTables ids, IReadOnlySet<int> networkHosts) =>
        ids.Addresses[number].IsLoopback;
}

/// <summary>Whether a host is unknown, or only known by the name of its network.</summary>
internal sealed class ExternalField : ConditionField
{
    public override int AtService(in Row row) => row.ServiceHost;

    public override int AtClient(in Row row) => row.ClientHost;

    /// <summary>All listed services are on known hosts.</summary>
    public override bool SelectsServices(FilterTerm term) => false;

    public override bool SelectsClients(FilterTerm term) => true;

    protected override bool IsTrue(int number, IdTables ids, IReadOnlySet<int> networkHosts) =>
        number == 0 || networkHosts.Contains(number);
}

/// <summary>A field that is true or not: its filters only show or hide it.</summary>
internal abstract class ConditionField : ComparedField<bool>
{
    protected sealed override bool TryParse(string text, out bool value, [NotNullWhen(false)] out string? problem)
    {
        (value, problem) = (true, null);
        return true;
    }

    protected sealed override bool Matches(bool value, int number, IdTables ids, IReadOnlySet<int> networkHosts) =>
        IsTrue(number, ids, networkHosts);

    protected abstract bool IsTrue(int number, IdTables ids, IReadOnlySet<int> networkHosts);
}
