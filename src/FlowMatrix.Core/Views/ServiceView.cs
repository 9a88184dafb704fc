using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Views;

/// <summary>Applies a view to a list of services.</summary>
internal static class ServiceView
{
    /// <summary>
    /// Applies the names, then the filters of a view. Chains and groups need rows, so they are ignored.
    /// </summary>
    /// <param name="keepUnused">Whether services without a client that passes the filters are kept.</param>
    /// <param name="steps">Gets one entry for each filter.</param>
    public static ServiceList Apply(this ServiceList services, View view, bool keepUnused, IList<ViewStep> steps) =>
        services.Named(view.Naming).Filtered(view.Filter, keepUnused, steps);

    /// <summary>Applies names. Services whose ends become equal are merged.</summary>
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
            if (!named.TryGetValue(end, out var merged))
            {
                named[end] = merged = new Service(end) { IsInContainer = service.IsInContainer };
            }

            merged.Uses.AddRange(service.Uses.Select(use => use with { Row = names.Apply(use.Row) }));
            merged.IsInContainer &= service.IsInContainer;
            merged.WasUsed |= service.WasUsed;
        }

        return ServiceList.Create(ids, named.Values, names.NetworkHosts);
    }

    /// <summary>Returns the services for which a condition is true.</summary>
    /// <param name="text">The condition as on a command line.</param>
    public static ServiceList Where(
        this ServiceList services,
        string text,
        Func<Service, bool> which,
        IList<ViewStep> steps
    )
    {
        var kept = services.Services.Where(which).ToList();
        steps.Add(new ViewStep(text, services.Services.Count - kept.Count, kept.Count));
        return services.With(kept);
    }

    /// <summary>
    /// Filters about services select services. Filters about clients select the clients that are counted; if any of
    /// them is without "not", services without such a client are left out.
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
            list = list.Where(stage.Text, service => tests.Passes(new Row(service.End, default), []), steps);
        }

        var forClients = filter.ForClients();
        var clients = new CompiledFilter(forClients, services.IdTables, services.NetworkHosts);
        var counted = list.With([.. list.Services.Select(service => service.Only(use => clients.Passes(use.Row, [])))]);
        return !keepUnused && forClients.Terms.Any(term => !term.Not)
            ? counted.Where(
                string.Join(' ', forClients.Stages().Select(stage => stage.Text)),
                service => service.Uses.Count > 0,
                steps
            )
            : counted;
    }
}
