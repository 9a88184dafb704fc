using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Filters;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Views;

public sealed class NamingTests
{
    [Fact]
    public void Rows_that_have_become_the_same_are_one_row_in_the_fixed_order() =>
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
    public void The_smallest_network_gives_an_external_peer_its_name_and_it_stays_external()
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
    public void A_network_with_a_hosts_name_is_that_host()
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
    public void An_alias_matches_whole_names_and_may_use_its_groups()
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
    public void An_alias_that_is_none_says_why(string pattern, string name, string said)
    {
        Assert.False(Alias.TryParse(pattern, name, out _, out var problem));

        Assert.Contains(said, problem);
    }

    private static EstateSpec External() =>
        new EstateBuilder()
            .Host("web", "10.0.0.1")
            .Listens("10.0.0.1:80", "nginx")
            .Tcp("10.0.0.1:80", "10.9.1.1:40001", "nginx")
            .Tcp("10.0.0.1:80", "10.8.1.1:40002", "nginx")
            .Spec;
}
