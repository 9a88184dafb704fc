using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Page;

/// <summary>The page of grouped rows, and of named networks.</summary>
[Trait("Needs", "Chromium")]
public sealed class HtmlGroupTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private static readonly string Outside = $"""
        {string.Join(',', RowFields.Key)}
        TCP,db,10.0.0.1,3306,/usr/sbin/mysqld,mysqld,web,10.0.0.2,/usr/bin/php,php
        TCP,db,10.0.0.1,3306,/usr/sbin/mysqld,mysqld,,10.9.1.7,,
        TCP,db,10.0.0.1,3306,/usr/sbin/mysqld,mysqld,,10.9.1.8,,
        UDP,,192.0.2.53,53,,,web,10.0.0.2,/usr/bin/php,php

        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("service")]
    [InlineData("process")]
    [InlineData("host")]
    [InlineData("network")]
    public async Task Grouped_rows_have_the_ports_and_counts_of_the_csv(string by)
    {
        var expected = (await Run.OnSampleAsync("--group-by", by)).Succeeded().Lines;
        var path = _folder.PathOf("groups.html");
        (await Run.OnSampleAsync("--group-by", by, "-o", path)).Succeeded();
        await using var open = await browser.OpenAsync(path, "view=table");

        var download = await open.Page.RunAndWaitForDownloadAsync(() => open.Page.ClickAsync("#save-csv"));
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());

        Assert.Equal(expected.Length, lines.Length);
        Assert.All(expected.Zip(lines), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.DoesNotContain(
            ":0",
            string.Concat(await open.RunAsync<string[]>("() => services.map(service => service.port)")),
            StringComparison.Ordinal
        );
        var ofBus = expected.Count(line => line.Contains("5672", StringComparison.Ordinal));
        await open.FilterAsync(
            "port:5672",
            string.Create(CultureInfo.InvariantCulture, $"{ofBus} of {expected.Length - 1} rows")
        );
        await open.FilterAsync("", string.Create(CultureInfo.InvariantCulture, $"{expected.Length - 1} rows"));
        foreach (var view in new[] { "map", "matrix", "chord", "sankey" })
        {
            await open.Page.ClickAsync($"#tab-{view}");
            await open.DrawnAsync(view);
            await open.ShootAsync($"grouped-{by}-{view}");
        }

        open.AssertQuiet();
    }

    [Theory]
    [InlineData("unknown process", "host:web name:\"\" path:\"\"", 2)]
    [InlineData("/opt/no-name", "host:web path:/opt/no-name", 1)]
    [InlineData("say \"hi there\"", "host:web name:\"hi there\"", 1)]
    [InlineData("php", "host:web name:php", 2)]
    [InlineData("192.0.2.53", "address:192.0.2.53", 1)]
    [InlineData("(external)", "host:\"\"", 2, "--group-by", "process")]
    [InlineData("(external)", "host:\"\"", 2, "--group-by", "host")]
    [InlineData("unknown process", "name:\"\" path:\"\"", 4, "--group-by", "service")]
    [InlineData("/opt/no-name", "path:/opt/no-name", 1, "--group-by", "service")]
    public async Task The_selection_on_the_map_can_become_a_filter(
        string label,
        string filter,
        int rows,
        params string[] grouped
    )
    {
        const string More = """"
            TCP,web,10.0.0.2,9000,,,db,10.0.0.1,/usr/sbin/mysqld,mysqld
            TCP,web,10.0.0.2,9001,/opt/no-name,,db,10.0.0.1,/usr/sbin/mysqld,mysqld
            TCP,web,10.0.0.2,9002,/opt/hi,"say ""hi there""",db,10.0.0.1,/usr/sbin/mysqld,mysqld

            """";
        var path = _folder.PathOf("chosen.html");
        (await Run.WithAsync(["-i", _folder.Write("outside.csv", Outside + More), "-o", path, .. grouped])).Succeeded();
        await using var open = await browser.OpenAsync(path);

        await open.RunAsync<object>(
            """
            label => {
              const { places } = mapPicture.model;
              const item = places.flatMap(place => place.items).find(one => one.node?.label === label);
              mapPicture.cy.getElementById(item?.id ?? places.find(place => place.name === label).key).emit('tap');
            }
            """,
            label
        );
        await open.Page.ClickAsync("#selection button:has-text('Filter by this')");

        Assert.Equal(filter, await open.Page.InputValueAsync("#search"));
        Assert.Equal(rows, await open.RunAsync<int>("() => visibleRows().length"));
        Assert.Equal(
            0,
            await open.RunAsync<int>(
                """
                label => [...clientNode.keys()].filter(row => !visibleRows().includes(row)
                  && [nodes[clientNode[row]], nodes[serviceNode[row]]].some(node => node.label === label)).length
                """,
                label
            )
        );
    }

    [Fact]
    public async Task A_named_network_is_one_box_outside_the_hosts()
    {
        var path = _folder.PathOf("networks.html");
        (
            await Run.WithAsync("-i", _folder.Write("outside.csv", Outside), "--name", "10.9.0.0/16=office", "-o", path)
        ).Succeeded();
        await using var open = await browser.OpenAsync(path);

        Assert.Equal(
            ["External addresses", "External networks", "db", "web"],
            await open.RunAsync<string[]>("() => mapPicture.model.places.map(place => place.name).sort()")
        );
        Assert.Equal(
            ["192.0.2.53", "office"],
            await open.RunAsync<string[]>(
                "() => mapPicture.cy.nodes('.process.outside').map(node => node.data('label').split('\\n')[0]).sort()"
            )
        );
        await open.ShootAsync("named-network-map");
        await open.Page.ClickAsync("#tab-sankey");
        await open.DrawnAsync("sankey");
        Assert.Contains("office", await open.Page.TextContentAsync("#sankey"));
        open.AssertQuiet();
    }
}
