using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Views;

/// <summary>A list of services as a view shows it.</summary>
internal static class ServiceView
{
    /// <summary>The list as a view shows it: named, then filtered; chains and groups are of rows of a matrix.</summary>
    /// <param name="keepUnused">Keep services without any client of those that the filters want, too.</param>
    /// <param name="steps">Gets what the filters did.</param>
    public static ServiceList Apply(this ServiceList services, View view, bool keepUnused, IList<ViewStep> steps) =>
        services.Named(view.Naming).Filtered(view.Filter, keepUnused, steps);

    /// <summary>Under new names; services of replicas that now have one name are one.</summary>
    public static ServiceList Named(this ServiceList services, Naming naming)
    {
        if (naming.IsNone)
        {
            return services;
        }

        var ids = services.IdTables.WithOwnNames();
        var names = new Renaming(naming, ids);
        var named = new Dictionary<RowKey, Service>();
        foreach (var service in services.Services)
        {
            var end = names.Apply(service.End);
            if (!named.TryGetValue(end, out var one))
            {
                named[end] = one = new Service(end) { IsInContainer = service.IsInContainer };
            }

            one.Uses.AddRange(service.Uses.Select(use => use with { Row = names.Apply(use.Row) }));
            one.IsInContainer &= service.IsInContainer;
            one.WasUsed |= service.WasUsed;
        }

        return ServiceList.Create(ids, named.Values, names.NetworkHosts);
    }

    /// <summary>Those for which something is true.</summary>
    public static ServiceList Where(
        this ServiceList services,
        string words,
        Func<Service, bool> which,
        IList<ViewStep> steps
    )
    {
        var kept = services.Services.Where(which).ToList();
        steps.Add(new ViewStep(words, services.Services.Count - kept.Count, kept.Count));
        return services.With(kept);
    }

    /// <summary>
    /// What a filter asks of services picks services. What it asks of clients picks the clients that are counted, and
    /// where it wants some, a service without any is left out.
    /// </summary>
    private static ServiceList Filtered(
        this ServiceList services,
        Filter filter,
        bool keepUnused,
        IList<ViewStep> steps
    )
    {
        var list = services;
        foreach (var stage in filter.ForServices().Stages())
        {
            var tests = new CompiledFilter(new Filter(stage.Terms), services.IdTables, services.NetworkHosts);
            list = list.Where(stage.Words, service => tests.Passes(new Row(service.End, default), []), steps);
        }

        var forClients = filter.ForClients();
        var clients = new CompiledFilter(forClients, services.IdTables, services.NetworkHosts);
        var counted = list.With([.. list.Services.Select(service => service.Only(use => clients.Passes(use.Row, [])))]);
        return !keepUnused && forClients.Terms.Any(term => !term.Not)
            ? counted.Where(
                string.Join(' ', forClients.Stages().Select(stage => stage.Words)),
                service => service.Uses.Count > 0,
                steps
            )
            : counted;
    }
}
