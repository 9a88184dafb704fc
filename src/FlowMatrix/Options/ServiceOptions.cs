using System.CommandLine;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Options;

/// <summary>Which services, in addition to the filters.</summary>
internal sealed class ServiceOptions : OptionGroup
{
    private readonly Option<bool> _unused;
    private readonly Option<bool> _exposed;

    public ServiceOptions()
        : base("Which services")
    {
        _unused = Switch("--unused", "services without a client (among those that the filters keep)");
        _exposed = Switch("--exposed", "services that other hosts can reach: not on loopback, not in a container");
    }

    public ServiceList Apply(ParseResult parsed, ServiceList list, IList<ViewStep> steps)
    {
        list = parsed.GetValue(_unused) ? list.Where("--unused", service => service.Uses.Count == 0, steps) : list;
        return parsed.GetValue(_exposed) ? list.Where("--exposed", list.IsExposed, steps) : list;
    }

    public bool WantsUnused(ParseResult parsed) => parsed.GetValue(_unused);
}
