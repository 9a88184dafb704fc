using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Commands;

/// <summary>Rows of which only the direction was re-evaluated: the same two ends, exchanged.</summary>
public sealed class DirectionChangeTests : IDisposable
{
    private const string Header =
        "protocol,service_host,service_address,service_port,service_path,service_name,"
        + "client_host,client_address,client_path,client_name\n";

    private const string Was = "TCP,n1,10.0.0.5,33000,/usr/bin/consumer,consumer,n2,10.0.0.6,/usr/bin/broker,broker\n";
    private const string Is = "TCP,n2,10.0.0.6,61616,/usr/bin/broker,broker,n1,10.0.0.5,/usr/bin/consumer,consumer\n";
    private const string External = "TCP,n1,10.0.0.5,33000,/usr/bin/consumer,consumer,,198.51.100.20,,\n";
    private const string OfExternal = "TCP,,198.51.100.20,61616,,,n1,10.0.0.5,/usr/bin/consumer,consumer\n";
    private const string Other = "TCP,db,10.0.0.1,3306,/usr/sbin/mysqld,mysqld,web,10.0.0.2,/usr/bin/php,php\n";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> ListingFormats => [.. (string[])["csv", "json", "ndjson", "table", "markdown"]];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Was, Is)]
    [InlineData(Is, Was)]
    [InlineData(External, OfExternal)]
    public async Task A_turned_row_is_not_a_difference_and_is_shown(string before, string after)
    {
        var run = await DiffAsync(before + Other, after + Other);

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith($"direction re-evaluated,{after.TrimEnd()},service_host=", Assert.Single(run.Lines.Skip(1)));
        Assert.Contains("0 added, 0 removed, 0 changed, 1 direction re-evaluated, 1 the same", run.Error);
    }

    [Fact]
    public async Task Other_differences_still_count()
    {
        var run = await DiffAsync(Was, Is + Other);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["added", "direction re-evaluated"], Kinds(run).Order());
    }

    [Fact]
    public async Task Rows_at_several_client_ports_that_counted_as_services_are_one_turned_row()
    {
        var before =
            Was
            + Was.Replace("33000", "41234", StringComparison.Ordinal)
            + Was.Replace("33000", "60999", StringComparison.Ordinal);

        var run = await DiffAsync(before, Is);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("direction re-evaluated", Assert.Single(Kinds(run)));
        Assert.EndsWith("client_name=broker", run.Lines[1]);
        Assert.Contains("service_port=33000 41234 60999", run.Lines[1]);
    }

    [Theory]
    [InlineData(
        "another process",
        Was,
        "TCP,n2,10.0.0.6,61616,/usr/bin/broker,broker,n1,10.0.0.5,/usr/bin/other,other\n"
    )]
    [InlineData(
        "another address",
        Was,
        "TCP,n2,10.0.0.7,61616,/usr/bin/broker,broker,n1,10.0.0.5,/usr/bin/consumer,consumer\n"
    )]
    [InlineData(
        "another protocol",
        Was,
        "UDP,n2,10.0.0.6,61616,/usr/bin/broker,broker,n1,10.0.0.5,/usr/bin/consumer,consumer\n"
    )]
    [InlineData("its own peer", "TCP,a,::1,40000,p,java,a,::1,p,java\n", "TCP,a,::1,9200,p,java,a,::1,p,java\n")]
    [InlineData(
        "two services that were there",
        "TCP,n1,10.0.0.5,22,/usr/bin/consumer,consumer,n2,10.0.0.6,/usr/bin/broker,broker\n"
            + "TCP,n1,10.0.0.5,23,/usr/bin/consumer,consumer,n2,10.0.0.6,/usr/bin/broker,broker\n",
        Is
    )]
    [InlineData(
        "two services that are there",
        Was,
        "TCP,n2,10.0.0.6,22,/usr/bin/broker,broker,n1,10.0.0.5,/usr/bin/consumer,consumer\n"
            + "TCP,n2,10.0.0.6,23,/usr/bin/broker,broker,n1,10.0.0.5,/usr/bin/consumer,consumer\n"
    )]
    public async Task Rows_that_are_not_the_same_two_ends_exchanged_are_added_and_removed(
        string why,
        string before,
        string after
    )
    {
        var run = await DiffAsync(before, after);

        Assert.True(run.ExitCode == 1, why);
        Assert.Equal(["added", "removed"], Kinds(run).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(ListingFormats))]
    public async Task Each_format_shows_a_turned_row(string format)
    {
        var run = await DiffAsync(Was, Is, "-f", format);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("direction re-evaluated", run.Text);
        Assert.DoesNotContain("removed\"", run.Text);
    }

    [Fact]
    public async Task A_picture_has_one_arrow_in_the_new_direction()
    {
        var run = await DiffAsync(Was, Is, "-f", "dot");

        Assert.Contains(
            "label=\"<> direction re-evaluated 61616\"",
            Assert.Single(run.Lines, line => line.Contains(" -> ", StringComparison.Ordinal))
        );
        Assert.Contains("<> direction re-evaluated: violet", run.Text);
    }

    [Fact]
    public async Task The_page_shows_a_turned_row_as_its_own_kind()
    {
        var run = await DiffAsync(Was, Is, "-f", "html");

        Assert.Contains(
            "\"kinds\":[\"same\",\"added\",\"removed\",\"changed\",\"direction re-evaluated\"],\"mark\":[4]",
            run.Text
        );
    }

    [Fact]
    public async Task The_workbook_shows_a_turned_row()
    {
        var path = _folder.PathOf("changes.xlsx");

        var run = await DiffAsync(Was, Is, "-f", "xlsx", "-o", path);

        Assert.Equal(0, run.ExitCode);
        using var zip = System.IO.Compression.ZipFile.OpenRead(path);
        var texts = zip.Entries.Select(entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return reader.ReadToEnd();
        });
        Assert.Contains(texts, text => text.Contains("direction re-evaluated", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_baseline_is_compared_the_same_way()
    {
        var run = await Run.WithAsync(
            "-i",
            _folder.Write("after.csv", Header + Is),
            "--baseline",
            _folder.Write("before.csv", Header + Was),
            "-f",
            "csv"
        );

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("direction re-evaluated", Assert.Single(Kinds(run)));
    }

    private static IEnumerable<string> Kinds(Run run) => run.Lines.Skip(1).Select(line => line.Split(',')[0]);

    private Task<Run> DiffAsync(string before, string after, params string[] arguments) =>
        Run.WithAsync([
            "diff",
            _folder.Write("before.csv", Header + before),
            _folder.Write("after.csv", Header + after),
            .. arguments.Contains("-f") ? arguments : ["-f", "csv", .. arguments],
        ]);
}
