using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Output.Firewall;

/// <summary>Firewall drafts in every format, from the command line to the output.</summary>
public sealed class FirewallRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rows_within_a_host_are_not_in_the_draft()
    {
        var run = await FirewallEstate.RunAsync("nftables", "--to-host", "db", "-v");

        Assert.DoesNotContain("11211", run.Text);
        Assert.DoesNotContain("from backup", run.Text);
        Assert.Contains("6 rows became rules; 2 are within a host and need none", run.Error);
    }

    [Theory]
    [InlineData("nftables")]
    [InlineData("networkpolicy")]
    [InlineData("openstack-sg")]
    public async Task The_command_and_the_main_command_write_the_same_draft(string format)
    {
        string[] more = ["-i", Sample.Estate, "--not", "--host", "vm-2", "--format", format];

        var run = await Run.WithAsync(["firewall", .. more]);

        Assert.NotEqual("", run.Text);
        Assert.Equal(await Run.WithAsync(more) is var main ? (main.Text, main.Error) : default, (run.Text, run.Error));
    }

    [Fact]
    public async Task A_draft_is_for_nftables_by_default() =>
        Assert.Equal(
            (await Run.WithAsync("-i", Sample.Estate, "--format", "nftables")).Text,
            (await Run.WithAsync("firewall", "-i", Sample.Estate)).Text
        );

    [Fact]
    public async Task Another_format_is_refused_and_the_valid_ones_are_listed() =>
        (await Run.WithAsync("firewall", "-i", Sample.Estate, "--format", "nftable")).Failed(
            2,
            "--format \"nftable\": is not a firewall format (did you mean nftables?); valid formats: "
                + "nftables, networkpolicy, openstack-sg"
        );

    [Theory]
    [InlineData("nftables")]
    [InlineData("networkpolicy")]
    [InlineData("openstack-sg")]
    public async Task A_service_on_an_unknown_host_is_a_comment_and_a_warning(string format)
    {
        var run = await FirewallEstate.RunAsync(format);

        Assert.Contains(
            "# no rule: tcp 443 at 198.51.100.1, from curl on web-1 (10.0.0.2): the service is on an unknown host\n",
            run.Text
        );
        Assert.Equal("flowmatrix: warning: 1 row to services on unknown hosts: in no draft\n", run.Error);
    }

    [Theory]
    [InlineData("nftables")]
    [InlineData("networkpolicy")]
    [InlineData("openstack-sg")]
    public async Task A_row_that_cannot_become_a_rule_is_a_comment_and_a_warning(string format)
    {
        var matrix = _folder.Write(
            "matrix.csv",
            "protocol,service_host,service_address,service_port,service_path,service_name,client_host,"
                + "client_address,client_path,client_name\n"
                + "TCP,db,10.0.0.1,3306,p,mysqld,web,,p,php\n"
                + "TCP,db,10.0.0.1,3306,p,mysqld,web,127.0.0.1,p,ruby\n"
                + "TCP,db,10.0.0.1,0,p,mysqld,web,10.0.0.2,p,perl\n"
        );

        var run = await Run.WithAsync("-i", matrix, "-f", format);

        Assert.Contains("# no rule: tcp 3306 of mysqld, from php on web: the client's address is unknown\n", run.Text);
        Assert.Contains(
            "# no rule: tcp 3306 of mysqld, from ruby on web (127.0.0.1): the client's address is a loopback "
                + "address, which is valid only on its own host\n",
            run.Text
        );
        Assert.Contains("# no rule: tcp 0 of mysqld, from perl on web (10.0.0.2): the port is unknown\n", run.Text);
        Assert.Equal("flowmatrix: warning: 3 rows without a rule: see the comments in the draft\n", run.Error);
    }

    [Fact]
    public async Task A_client_whose_address_was_translated_is_a_comment()
    {
        var estate = new EstateBuilder()
            .Host("db", "10.0.0.1")
            .Listens("0.0.0.0:3306", "mysqld")
            .Tcp("10.0.0.1:3306", "10.0.0.2:40001", "mysqld")
            .Host("web", "10.0.0.2")
            .Tcp("172.17.0.2:40001", "10.0.0.1:3306", "php");

        var run = await Run.WithAsync(new RunEnvironment { Input = estate.Spec.Json() }, "-i", "-", "-f", "nftables");

        Assert.Contains(
            "# no rule: tcp 3306 of mysqld, from php on web (172.17.0.2): the service sees another address of "
                + "this client's host",
            run.Text
        );
        Assert.DoesNotContain("dport 3306", run.Text);
        Assert.Contains("1 row without a rule", run.Error);
    }

    [Theory]
    [InlineData("nftables", "dport 5432", "# web01\n", "table inet flowmatrix_draft_2")]
    [InlineData("networkpolicy", "port: 5432", "name: \"web01\"")]
    [InlineData("openstack-sg", "--dst-port 5432", "'web01'")]
    public async Task A_host_without_rules_gets_no_firewall_that_would_cut_it_off(
        string format,
        string rule,
        params string[] ofWeb01
    )
    {
        var estate = new EstateBuilder()
            .Host("db01", "10.0.0.1")
            .Listens("0.0.0.0:5432", "postgres")
            .Tcp("10.0.0.1:5432", "10.0.0.2:40001", "postgres")
            .Host("web01", "10.0.0.2")
            .Tcp("10.0.0.2:40001", "10.0.0.1:5432", "php")
            .Listens("127.0.0.1:6379", "redis")
            .Tcp("127.0.0.1:6379", "127.0.0.1:40002", "redis")
            .Tcp("127.0.0.1:40002", "127.0.0.1:6379", "php");

        var run = await Run.WithAsync(new RunEnvironment { Input = estate.Spec.Json() }, "-i", "-", "-f", format);

        Assert.Contains(rule, run.Text);
        Assert.Contains("# No firewall for web01: no incoming row became a rule", run.Text);
        Assert.All(ofWeb01, text => Assert.DoesNotContain(text, run.Text));
    }

    [Theory]
    [InlineData("nftables")]
    [InlineData("networkpolicy")]
    [InlineData("openstack-sg")]
    public async Task Rows_without_a_rule_are_listed_for_a_host_without_rules(string format)
    {
        var matrix = _folder.Write(
            "matrix.csv",
            "protocol,service_host,service_address,service_port,service_path,service_name,client_host,"
                + "client_address,client_path,client_name\n"
                + "TCP,db,10.0.0.1,3306,p,mysqld,web,10.0.0.2,p,php\nTCP,web,10.0.0.2,80,p,httpd,far,,p,curl\n"
        );

        var run = await Run.WithAsync("-i", matrix, "-f", format);

        Assert.Contains(
            "# no rule: tcp 80 of httpd, from curl on far, at web: the client's address is unknown\n",
            run.Text
        );
        Assert.Contains("# No firewall for web: ", run.Text);
    }

    [Theory]
    [InlineData("nftables", "udp dport 5514", "tcp dport 5514")]
    [InlineData("networkpolicy", "protocol: UDP", "protocol: TCP")]
    [InlineData("openstack-sg", "--protocol udp --dst-port 5514", "--protocol tcp --dst-port 5514")]
    public async Task Both_protocols_of_one_port_have_rules(string format, params string[] rules)
    {
        var estate = new EstateBuilder()
            .Host("log01", "10.0.0.9")
            .Listens("0.0.0.0:5514", "rsyslogd")
            .Udp("0.0.0.0:5514", "0.0.0.0:0", "rsyslogd")
            .Tcp("10.0.0.9:5514", "10.0.0.1:40000", "rsyslogd")
            .Host("a", "10.0.0.1")
            .Tcp("10.0.0.1:40000", "10.0.0.9:5514", "app")
            .Udp("10.0.0.1:40001", "10.0.0.9:5514", "app");

        var run = await Run.WithAsync(new RunEnvironment { Input = estate.Spec.Json() }, "-i", "-", "-f", format);

        Assert.All(rules, rule => Assert.Contains(rule, run.Text));
    }

    [Theory]
    [InlineData("nftables")]
    [InlineData("networkpolicy")]
    [InlineData("openstack-sg")]
    public async Task A_draft_of_filtered_rows_names_the_filters(string format)
    {
        var run = await FirewallEstate.RunAsync(
            format,
            "-q",
            "--not",
            "--process",
            "a\nb\u202e",
            "--reaches",
            "db",
            "--to-port",
            "3306"
        );

        Assert.Contains(
            "\n# It has only the rows that pass these filters: --not --process a\\nb\\u202e --to-port 3306 "
                + "--reaches db\n",
            run.Text,
            StringComparison.OrdinalIgnoreCase
        );
    }

    [Fact]
    public async Task Hosts_with_one_alias_share_a_firewall()
    {
        var run = await FirewallEstate.RunAsync("nftables", "-q", "--alias", @"(db|web-\d)=shop");

        Assert.Contains("Draft of the firewall of shop,", run.Text);
        Assert.Contains("10.0.0.3, # shop: php-fpm", run.Text);
    }

    [Theory]
    [InlineData("--policy is an option of flowmatrix check and flowmatrix firewall", "--policy", "x.yaml")]
    [InlineData("x.yaml: no such file", "-f", "nftables", "--policy", "x.yaml")]
    [InlineData("--format nftables cannot show differences", "-f", "nftables", "--baseline", "x.csv")]
    [InlineData(
        "--format skydive cannot show differences",
        "-f",
        "skydive",
        "--publish-to",
        "127.0.0.1:1",
        "--baseline",
        "x.csv"
    )]
    public async Task A_draft_that_cannot_be_made_is_a_usage_error(string problem, params string[] arguments) =>
        (await Run.OnSampleAsync(arguments)).Failed(2, problem);

    [Theory]
    [InlineData("nftables")]
    [InlineData("skydive")]
    public async Task A_difference_cannot_be_written_as_a_draft(string format) =>
        (await Run.WithAsync("diff", Sample.Estate, Sample.Estate, "-f", format)).Failed(
            2,
            $"--format {format} cannot show differences"
        );

    [Fact]
    public async Task Groups_are_ignored_with_a_message()
    {
        var run = await Run.OnSampleAsync("-f", "nftables", "--group-by", "host");

        Assert.Equal((await Run.OnSampleAsync("-f", "nftables")).Text, run.Text);
        Assert.Equal("flowmatrix: --group-by is ignored: rules come from single rows\n", run.Error);
    }
}
