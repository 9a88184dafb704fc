using System.CommandLine;
using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>What a command can do with rows besides filtering and naming them.</summary>
[Flags]
internal enum ViewFeatures
{
    None = 0,

    /// <summary>Chains need all rows of a matrix at once.</summary>
    Chains = 1,

    Groups = 2,

    Explanations = 4,

    All = Chains | Groups | Explanations,
}

/// <summary>A view, from the command line and from flowmatrix.yaml: the same for all commands that show rows.</summary>
internal sealed class ViewOptions
{
    private readonly FilterOptions _filters;
    private readonly ShapeOptions _shape;

    /// <param name="filters">The heading of the filters.</param>
    /// <param name="whyNoGroups">Why the command has no groups, for users who expect them.</param>
    public ViewOptions(string filters, ViewFeatures features, string? whyNoGroups = null)
    {
        _filters = new FilterOptions(filters, features.HasFlag(ViewFeatures.Chains));
        _shape = new ShapeOptions(features, whyNoGroups);
    }

    public IReadOnlyList<OptionGroup> Groups => [_filters, _shape];

    /// <summary>Everything that can be in flowmatrix.yaml: such a file is shared by all commands.</summary>
    public IEnumerable<IToolOption> Settings =>
        Groups
            .SelectMany(group => group.Options.Cast<IToolOption>().Union(group.NotOffered))
            .Where(option => option.Facts.Setting is not null);

    public BoundView Bind(ParseResult parsed, CommandEnvironment environment, ConsoleReporter reporter)
    {
        var typed = _filters.Settings(parsed).Concat(_shape.Settings(parsed)).ToList();
        var fromFile = _shape.FindFile(parsed, environment) is { } file
            ? Read(file, reporter)
            : (IReadOnlyList<ViewSetting>)[];
        var replaced = typed.Where(setting => !setting.IsPair).Select(setting => setting.Group).ToHashSet();
        return Bind([.. typed, .. fromFile.Where(setting => !replaced.Contains(setting.Group))]);
    }

    /// <summary>The settings of the file that have a meaning for the command.</summary>
    private List<ViewSetting> Read(string file, ConsoleReporter reporter)
    {
        var settings = ViewFile.Read(file, Settings).ToList();
        var notOffered = Groups.SelectMany(group => group.NotOffered).ToHashSet();
        var ignored = settings
            .Where(setting => notOffered.Contains(setting.Option))
            .Select(setting => setting.Name)
            .Distinct()
            .ToList();
        reporter.Note(
            $"{file} is read for settings{(settings.Count == 0 ? ": it has none" : "")}"
                + (ignored.Count == 0 ? "" : $"; ignored here: {string.Join(", ", ignored)}")
        );
        settings.RemoveAll(setting => notOffered.Contains(setting.Option));
        return settings;
    }

    private BoundView Bind(IReadOnlyList<ViewSetting> all)
    {
        var (aliases, names) = (Given(_shape.Alias), Given(_shape.Name));
        NameLimit.Check("--alias", aliases.Count, "aliases", "let one regular expression match several names");
        NameLimit.Check("--name", names.Count, "networks", "name networks that hold several of them");
        var view = new View
        {
            Naming = new Naming(
                [.. aliases.Select(setting => ParsePair<Alias>(setting, Alias.TryParse))],
                [.. names.Select(setting => ParsePair<NetworkName>(setting, NetworkName.TryParse))]
            ),
            Filter = new Filter(FilterOptions.Terms(all.Where(setting => setting.Option.Facts.Setting!.IsFilter))),
            Reaches = [.. Given(_filters.Reaches).Select(ParseTarget)],
            ReachableFrom = [.. Given(_filters.ReachableFrom).Select(ParseTarget)],
            Depth = Given(_filters.Depth).Select(ParseDepth).Cast<int?>().FirstOrDefault(),
            GroupBy = Given(_shape.GroupBy).Select(ParseGroup).Cast<GroupBy?>().FirstOrDefault(),
        };
        if (view.Depth is not null && !view.HasChains)
        {
            throw Given(_filters.Depth)[0].Wrong("limits chains: give --reaches or --reachable-from");
        }

        return new BoundView(view, Given(_shape.Explain).Count > 0);

        List<ViewSetting> Given(IToolOption option) => [.. all.Where(setting => setting.Option == option)];
    }

    private static T ParsePair<T>(ViewSetting setting, TryParsePair<T> parse) =>
        parse(setting.Value, setting.Meaning, out var pair, out var problem) ? pair! : throw setting.Wrong(problem!);

    private static Target ParseTarget(ViewSetting setting) =>
        Target.TryParse(setting.Value, out var target, out var problem) ? target : throw setting.Wrong(problem);

    private static int ParseDepth(ViewSetting setting) =>
        int.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var depth) && depth > 0
            ? depth
            : throw setting.Wrong("must be a number from 1");

    private static GroupBy ParseGroup(ViewSetting setting) =>
        Enum.TryParse<GroupBy>(setting.Value, ignoreCase: true, out var by) && char.IsAsciiLetter(setting.Value[0])
            ? by
            : throw setting.Wrong($"is not one of {ShapeOptions.GroupNames}");

    private delegate bool TryParsePair<T>(string left, string right, out T? pair, out string? problem);
}

/// <param name="Explain">Whether each row has an explanation of how it was found.</param>
internal sealed record BoundView(View View, bool Explain);
