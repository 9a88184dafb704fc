using FlowMatrix.Core.Views.Filters;
using FlowMatrix.Sources.Policies;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Core.Views;

/// <summary>What holds for every filter. A new one is tested by being registered.</summary>
public sealed class FilterListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. FilterList.Names];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void The_example_of_a_filter_is_valid(string name)
    {
        var kind = FilterList.Find(name)!;

        Assert.True(FilterTerm.TryParse(name, kind.Example, not: false, out var term, out var problem), problem);
        Assert.Equal($"--{name} {kind.Example}".TrimEnd(), term!.Text);
        Assert.Equal(kind.Field, term.Field);
        Assert.NotEmpty(kind.Description);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_filter_has_a_plain_implementation_to_be_compared_with(string name)
    {
        var row = Matched.Rows(EstateGenerator.Realistic(seed: 1).Match()).First();

        Assert.Contains(FilterList.Find(name)!.Name, PlainTerm.Fields);
        PlainTerm.Pass([new PlainTerm(name, FilterList.Find(name)!.Example, Not: false)], row);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_filter_is_a_condition_of_policies(string name)
    {
        var kind = FilterList.Find(name)!;
        var value = kind.Form == FilterForm.Flag ? "true" : $"'{kind.Example}'";
        var plain = _folder.Write("plain.yaml", $"allow:\n  - reason: x\n    {name}: {value}\n");
        var negated = _folder.Write("not.yaml", $"allow:\n  - reason: x\n    not:\n      {name}: {value}\n");
        var schema = (await Run.WithAsync("check", "--schema")).Succeeded().Text;

        Assert.Equal(kind, PolicyFile.Read(plain).Rules.Single().Filter.Terms.Single().Kind);
        Assert.True(await Schemas.IsValidAsync(schema, plain));
        Assert.True(await Schemas.IsValidAsync(schema, negated));
        if (kind.Form != FilterForm.Visibility)
        {
            Assert.True(PolicyFile.Read(negated).Rules.Single().Filter.Terms.Single().Not);
        }
    }
}
