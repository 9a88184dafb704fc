using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Commands;

/// <summary>What differs between two matrices.</summary>
public sealed class DiffTests : IDisposable
{
    private const string Header =
        "protocol,service_host,service_address,service_port,service_path,service_name,"
        + "client_host,client_address,client_path,client_name\n";

    private const string Database = "TCP,db,10.0.0.1,3306,/usr/sbin/mysqld,mysqld,web,10.0.0.2,/usr/bin/php,php\n";
    private const string Cache = "TCP,db,10.0.0.1,6379,/usr/bin/redis,redis,web,10.0.0.2,/usr/bin/php,php\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    [InlineData("ndjson")]
    public async Task A_matrix_does_not_differ_from_its_own_output(string format)
    {
        var path = _folder.PathOf($"day.{format}");
        await Run.OnSampleAsync("-o", path);

        var run = await Run.WithAsync("diff", path, Sample.Estate, "-f", "csv");

        Assert.Equal(0, run.ExitCode);
        Assert.Single(run.Lines);
        Assert.Contains("0 added, 0 removed, 0 changed, 29 the same", run.Error);
    }

    [Fact]
    public async Task Rows_are_added_and_removed()
    {
        var run = await DiffAsync(Database, Cache);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal([$"removed,{Database.TrimEnd()},", $"added,{Cache.TrimEnd()},"], run.Lines.Skip(1));
    }

    [Fact]
    public async Task Another_address_or_path_is_a_change_with_the_old_value()
    {
        var run = await DiffAsync(Database, "TCP,db,10.0.0.9,3306,/opt/mysqld,mysqld,web,10.0.0.2,/usr/bin/php,php\n");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            "changed,TCP,db,10.0.0.9,3306,/opt/mysqld,mysqld,web,10.0.0.2,/usr/bin/php,php,"
                + "service_address=10.0.0.1 service_path=/usr/sbin/mysqld",
            run.Lines[1]
        );
    }

    [Fact]
    public async Task A_replica_at_another_address_changes_the_row_that_has_both()
    {
        var run = await DiffAsync(
            Database,
            Database + Database.Replace("10.0.0.1", "10.0.0.9", StringComparison.Ordinal)
        );

        Assert.Equal(
            "changed,TCP,db,10.0.0.1 10.0.0.9,3306,/usr/sbin/mysqld,mysqld,web,10.0.0.2,/usr/bin/php,php,"
                + "service_address=10.0.0.1",
            run.Lines[1]
        );
    }

    [Theory]
    [InlineData("csv", ",3,mirror+listener")]
    [InlineData("ndjson", "\"connections\":3,\"match\":\"mirror+listener\"")]
    public async Task Connections_of_the_rows_of_one_key_add_up(string format, string expected)
    {
        var header = Header.Replace("\n", ",connections,match\n", StringComparison.Ordinal);
        var rows = string.Concat(
            new[] { ("10.0.0.2", "mirror"), ("10.0.0.3", "mirror"), ("10.0.0.4", "listener") }.Select(client =>
                Database
                    .Replace("10.0.0.2", client.Item1, StringComparison.Ordinal)
                    .Replace("\n", $",1,{client.Item2}\n", StringComparison.Ordinal)
            )
        );

        var run = await Run.WithAsync(
            "diff",
            _folder.Write("before.csv", header),
            _folder.Write("after.csv", header + rows),
            "-f",
            format,
            "--columns",
            "connections,match"
        );

        Assert.Contains(expected, run.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task External_peers_with_different_addresses_are_different_rows()
    {
        var run = await DiffAsync(
            "TCP,db,10.0.0.1,22,p,sshd,,192.0.2.1,,\n",
            "TCP,db,10.0.0.1,22,p,sshd,,192.0.2.2,,\n"
        );

        Assert.Equal(["removed", "added"], run.Lines.Skip(1).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public async Task The_key_decides_which_rows_are_the_same()
    {
        var moved = Database.Replace(",web,", ",web2,", StringComparison.Ordinal);

        Assert.Equal(["removed", "added"], Kinds(await DiffAsync(Database, moved)));
        Assert.Equal(
            ["changed"],
            Kinds(await DiffAsync(Database, moved, "--key", "protocol,service_name,client_name"))
        );
        Assert.Equal(["removed", "added"], Kinds(await DiffAsync(Database, moved, "--key", "client_host")));
    }

    [Fact]
    public async Task Filters_and_names_apply_to_both_sides()
    {
        var before = Database + Cache;
        var after = Database.Replace(",web,", ",web-1,", StringComparison.Ordinal);

        var run = await DiffAsync(before, after, "--port", "3306", "--alias", @"web-\d+=web");

        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task A_baseline_on_the_main_command_is_the_same_comparison()
    {
        var before = _folder.Write("before.csv", Header + Database);
        var after = _folder.Write("after.csv", Header + Cache);

        var main = await Run.WithAsync("-i", after, "--baseline", before);

        Assert.Equal(1, main.ExitCode);
        Assert.Equal((await Run.WithAsync("diff", before, after, "-f", "csv")).Text, main.Text);
    }

    [Fact]
    public async Task A_picture_has_words_besides_the_colors()
    {
        var run = await DiffAsync(
            Database + Cache,
            Cache + "TCP,db,10.0.0.1,22,p,sshd,web,10.0.0.2,p,ssh\n",
            "-f",
            "dot"
        );

        Assert.Contains("style=dashed", Line("- removed 3306"));
        Assert.Contains("#b91c1c", Line("- removed 3306"));
        Assert.Contains("#15803d", Line("+ added 22"));
        Assert.DoesNotContain("added", Line("6379"));
        Assert.Contains("- removed: red, dashed", run.Text);

        string Line(string label) =>
            run.Lines.Single(line => line.Contains($"label=\"{label}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Json_has_numbers_where_there_are_numbers()
    {
        var run = await DiffAsync(Database, "", "-f", "ndjson");

        Assert.StartsWith("{\"change\":\"removed\",\"protocol\":\"TCP\",", run.Text);
        Assert.Contains("\"service_port\":3306", run.Text);
        Assert.Contains("\"was\":[]", run.Text);
    }

    [Theory]
    [InlineData("diff needs two matrices", "diff")]
    [InlineData("diff needs two matrices", "diff", "a.csv")]
    [InlineData("--ssl needs an analyzer, but both matrices are files", "diff", "a.csv", "b.csv", "--ssl")]
    [InlineData("--before-at needs an analyzer", "diff", "a.csv", "--before-at", "-1h")]
    [InlineData("standard input) may be given only once", "diff", "-", "-")]
    [InlineData("\"color\" is not a column; valid values: protocol,", "diff", "a.csv", "b.csv", "--key", "color")]
    [InlineData("--baseline-key needs --baseline", "-i", "a.csv", "--baseline-key", "protocol")]
    public async Task What_cannot_be_compared_is_wrong_usage(string problem, params string[] arguments) =>
        (await Run.WithAsync(arguments)).Failed(2, problem);

    [Fact]
    public async Task A_missing_file_has_the_exit_code_of_inputs() =>
        (await Run.WithAsync("diff", _folder.PathOf("gone.csv"), Sample.Estate)).Failed(4, "gone.csv: no such file");

    private static IEnumerable<string> Kinds(Run run) => run.Lines.Skip(1).Select(line => line.Split(',')[0]);

    private Task<Run> DiffAsync(string before, string after, params string[] arguments) =>
        Run.WithAsync([
            "diff",
            _folder.Write("before.csv", Header + before),
            _folder.Write("after.csv", Header + after),
            .. arguments.Contains("-f") ? arguments : ["-f", "csv", .. arguments],
        ]);
}
