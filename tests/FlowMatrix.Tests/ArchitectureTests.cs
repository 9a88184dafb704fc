using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnit;
using FlowMatrix.Commands;
using FlowMatrix.Core;
using FlowMatrix.Files;
using FlowMatrix.Output;
using FlowMatrix.Sources;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace FlowMatrix.Tests;

/// <summary>
/// Checks the order of the folders inside each project: a folder may use only the folders before it. The root folder of
/// a project has no place in this order, because it holds what all folders share or what lists all of them. The order
/// of the projects needs no test: project references enforce it.
/// </summary>
public sealed class ArchitectureTests
{
    private static readonly Layer[] Layers =
    [
        new(
            typeof(Failure).Assembly,
            "FlowMatrix.Core",
            [
                "Text",
                "Time",
                "Net",
                "Interning",
                "Sockets",
                "Model",
                "Matching",
                "Matching.Incremental",
                "Views.Patterns",
                "Views.Filters",
                "Views",
                "Diffing",
                "Policies",
                "Events",
                "Recordings",
            ]
        ),
        new(typeof(AtomicFile).Assembly, "FlowMatrix.Files", []),
        new(
            typeof(ISource).Assembly,
            "FlowMatrix.Sources",
            [
                "Streams",
                "Json",
                "Linux",
                "Linux.Ssh",
                "Skydive.Saving",
                "Skydive.Client",
                "Skydive.Queries",
                "Skydive.Reading",
                "Skydive.Publishing",
                "Skydive.Subscribing",
                "Skydive",
                "Rows",
                "Files",
                "Yaml",
                "Policies",
            ]
        ),
        new(
            typeof(Format).Assembly,
            "FlowMatrix.Output",
            ["Yaml", "Tables", "Graphs", "Html", "Firewall", "Policies", "Reports", "Recordings", "Events"]
        ),
        new(typeof(CommandLine).Assembly, "FlowMatrix", ["Terminal", "Live", "Loading", "Options", "Commands"]),
    ];

    private static readonly Architecture Loaded = new ArchLoader()
        .LoadAssemblies([.. Layers.Select(layer => layer.Assembly)])
        .Build();

    public static TheoryData<string, string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string, string>();
            foreach (var layer in Layers)
            {
                for (var i = 0; i < layer.Folders.Length; i++)
                {
                    foreach (var later in layer.Folders[(i + 1)..])
                    {
                        pairs.Add(layer.Name, layer.Folders[i], later);
                    }
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_folder_uses_only_folders_before_it(string project, string folder, string later) =>
        Types()
            .That()
            .ResideInNamespace($"{project}.{folder}")
            .Should()
            .NotDependOnAnyTypesThat()
            .ResideInNamespace($"{project}.{later}")
            .Check(Loaded);

    [Fact]
    public void Every_folder_has_a_place_in_the_order() =>
        Assert.All(
            Layers,
            layer =>
                Assert.Equal(
                    layer.Folders.Order(StringComparer.Ordinal),
                    layer
                        .Assembly.GetTypes()
                        .Select(type => type.Namespace)
                        .Where(name => name?.StartsWith(layer.Name + ".", StringComparison.Ordinal) == true)
                        .Select(name => name![(layer.Name.Length + 1)..])
                        .Distinct()
                        .Order(StringComparer.Ordinal)
                )
        );

    private sealed record Layer(System.Reflection.Assembly Assembly, string Name, string[] Folders);
}
