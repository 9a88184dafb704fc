using System.CommandLine;
using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Filters;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>A way to look, from the command line and from a file: the same for all commands that show rows.</summary>
internal sealed class ViewOptions
{
    /// <summary>Settings that need all rows of a matrix at once.</summary>
    private static readonly string[] ForMatrices = ["reaches", "reachable-from", "depth", "group-by", "explain"];

    private readonly FilterOptions _filters;
    private readonly ShapeOptions _shape;
    private readonly bool _rows;

    /// <param name="filters">The heading of the filters.</param>
    /// <param name="rows">Whether rows of a matrix are shown, which have chains and can be grouped.</param>
    public ViewOptions(string filters, bool rows)
    {
        _rows = rows;
        _filters = new FilterOptions(filters, rows);
        _shape = new ShapeOptions(rows);
    }

    public IReadOnlyList<OptionGroup> Groups => [_filters, _shape];

    public BoundView Bind(ParseResult parsed, CommandEnvironment environment, ConsoleReporter reporter)
    {
        var typed = _filters.Settings(parsed).Concat(_shape.Settings(parsed)).ToList();
        var filed = new List<ViewSetting>();
        if (_shape.File(parsed, environment) is { } file)
        {
            filed.AddRange(ViewFile.Read(file));
            var passedOver = _rows ? [] : filed.Select(said => said.Name).Intersect(ForMatrices).ToList();
            reporter.Note(
                $"{file} is read for settings{(filed.Count == 0 ? ": it has none" : "")}"
                    + (passedOver.Count == 0 ? "" : $"; ignored here: {string.Join(", ", passedOver)}")
            );
            filed.RemoveAll(said => passedOver.Contains(said.Name));
        }

        // Names add to those of the file and come first; all else takes its place.
        var kinds = typed.Where(said => said.Name is not ("alias" or "name")).Select(said => said.Kind).ToHashSet();
        return Bind([.. typed, .. filed.Where(said => !kinds.Contains(said.Kind))]);
    }

    private static BoundView Bind(IReadOnlyList<ViewSetting> all)
    {
        NameLimit.Check("--alias", Named("alias").Count(), "aliases", "let one regular expression match several names");
        NameLimit.Check("--name", Named("name").Count(), "networks", "name networks that hold several of them");
        var terms = FilterOptions.Terms(all.Where(said => FilterList.Find(said.Name) is not null));
        var view = new View
        {
            Naming = new Naming(
                [.. Named("alias").Select(said => Parsed<Alias>(said, Alias.TryParse))],
                [.. Named("name").Select(said => Parsed<NetworkName>(said, NetworkName.TryParse))]
            ),
            Filter = new Filter(terms),
            Reaches = [.. Named("reaches").Select(Target)],
            ReachableFrom = [.. Named("reachable-from").Select(Target)],
            Depth = Named("depth").Select(Depth).Cast<int?>().FirstOrDefault(),
            GroupBy = Named("group-by").Select(Group).Cast<GroupBy?>().FirstOrDefault(),
        };
        if (view.Depth is not null && view.Reaches.Count + view.ReachableFrom.Count == 0)
        {
            throw Named("depth").First().Wrong("limits chains: give --reaches or --reachable-from");
        }

        return new BoundView(view, Named("explain").Any());

        IEnumerable<ViewSetting> Named(string name) => all.Where(said => said.Name == name);
    }

    private static T Parsed<T>(ViewSetting said, TryParsePair<T> parse) =>
        parse(said.Value, said.Meaning, out var parsed, out var problem) ? parsed! : throw said.Wrong(problem!);

    private static Target Target(ViewSetting said) =>
        Core.Views.Target.TryParse(said.Value, out var target, out var problem) ? target : throw said.Wrong(problem);

    private static int Depth(ViewSetting said) =>
        int.TryParse(said.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var depth) && depth > 0
            ? depth
            : throw said.Wrong("must be a number from 1");

    private static GroupBy Group(ViewSetting said) =>
        Enum.TryParse<GroupBy>(said.Value, ignoreCase: true, out var by) && char.IsAsciiLetter(said.Value[0])
            ? by
            : throw said.Wrong($"is not one of {ShapeOptions.GroupNames}");

    private delegate bool TryParsePair<T>(string left, string right, out T? parsed, out string? problem);
}

/// <param name="Explain">Whether each row says how it came to be.</param>
internal sealed record BoundView(View View, bool Explain);
