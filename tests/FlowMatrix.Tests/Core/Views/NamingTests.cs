using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Views;

public sealed class NamingTests
{
    [Fact]
    public void Rows_that_become_equal_are_merged_and_sorted() =>
        FilterTests.OnEstates(
            (_, matrix) =>
            {
                var named = new View { Naming = GroupingTests.Aliased(@"vm-\d|[ab]", "x") }
                    .Pick(matrix)
                    .ToMatrix();

                Assert.Equal(matrix.Rows.Sum(row => row.Connections), named.Rows.Sum(row => row.Connections));
                Assert.Equal(named.Rows.Length, named.Rows.Select(row => row.Key).Distinct().Count());
                Assert.Equal(named.Rows.Order(new RowOrder(named.IdTables)), named.Rows);
                Assert.All(Matched.Rows(named), row => Assert.True(row.ServiceHost is "" or "x", row.ServiceHost));
                Assert.All(
                    named.UnmatchedConnections,
                    end => Assert.Contains(end.RowKey, named.Rows.Select(row => row.Key))
                );
            }
        );

    [Fact]
    public void The_longest_network_names_an_external_address_which_stays_external()
    {
        var naming = new Naming(
            [],
            [GroupingTests.Network("10.0.0.0/8", "wide"), GroupingTests.Network("10.9.0.0/16", "office")]
        );
        Assert.True(FilterTerm.TryParse("external", "only", false, out var external, out _));

        var matrix = new View { Naming = naming, Filter = new Filter([external!]) }
            .Pick(External().Match())
            .ToMatrix();

        Assert.Equal(["office", "wide"], Matched.Rows(matrix).Select(row => row.ClientHost));
    }

    [Fact]
    public void A_network_with_the_name_of_a_host_belongs_to_that_host()
    {
        var naming = new Naming(
            [],
            [GroupingTests.Network("10.9.0.0/16", "web"), GroupingTests.Network("10.8.0.0/16", "out")]
        );
        Assert.True(FilterTerm.TryParse("external", "hide", false, out var external, out _));

        var matrix = new View { Naming = naming, Filter = new Filter([external!]) }
            .Pick(External().Match())
            .ToMatrix();

        Assert.Equal("web", Assert.Single(Matched.Rows(matrix)).ClientHost);
    }

    [Fact]
    public void An_alias_matches_whole_names_and_can_use_groups()
    {
        Assert.True(Alias.TryParse(@"(\w+)-\d+", "$1", out var alias, out _));

        Assert.True(alias.Matches("web-17"));
        Assert.Equal("web", alias.Apply("web-17"));
        Assert.False(alias.Matches("web-17.example"));
    }

    [Theory]
    [InlineData("a(b", "c", "not a valid regular expression")]
    [InlineData("a)(b", "c", "not a valid regular expression")]
    [InlineData("(?=a)b", "c", "backtracking")]
    [InlineData(@"(a)\1", "c", "backtracking")]
    [InlineData("a", "", "a pattern and a name")]
    public void An_invalid_alias_is_rejected_with_a_reason(string pattern, string name, string reason)
    {
        Assert.False(Alias.TryParse(pattern, name, out _, out var problem));

        Assert.Contains(reason, problem);
    }

    private static EstateSpec External() =>
        new EstateBuilder()
            .Host("web", "10.0.0.1")
            .Listens("10.0.0.1:80", "nginx")
            .Tcp("10.0.0.1:80", "10.9.1.1:40001", "nginx")
            .Tcp("10.0.0.1:80", "10.8.1.1:40002", "nginx")
            .Spec;
}
