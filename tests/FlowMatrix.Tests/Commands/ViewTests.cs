using System.Text;
using FlowMatrix.Core.Model;
using FlowMatrix.Testing;

namespace FlowMatrix.Tests.Commands;

public sealed class ViewTests
{
    [Theory]
    [InlineData("-i {s}")]
    [InlineData("-i {s} --baseline {s}")]
    [InlineData("diff {s} {s}")]
    [InlineData("check -i {s} --policy {p}")]
    [InlineData("firewall -i {s}")]
    public async Task Details_report_how_many_rows_were_picked(string arguments)
    {
        var words = arguments.Replace("{s}", Sample.Estate, StringComparison.Ordinal).Split(' ');

        var run = await Run.WithAsync([
            .. words.Select(word => word == "{p}" ? Sample.Policy : word),
            "-v",
            "--loopback",
            "hide",
        ]);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches("flowmatrix: [0-9]+ rows picked in [0-9,]+ ms\n", run.Error);
        Assert.Matches("flowmatrix: --loopback hide: [0-9]+ of [0-9]+ rows left\n", run.Error);
    }

    [Fact]
    public async Task The_same_filter_widens_different_filters_narrow_and_not_excludes()
    {
        var run = await Run.OnSampleAsync(
            "--no-header",
            "--port",
            "3306,5000-5999",
            "--from-process",
            "nova*",
            "--from-process",
            "uwsgi",
            "--not",
            "--from-host",
            "vm-2",
            "--columns",
            "connections"
        );

        Assert.Equal(
            ["3306 nova-scheduler", "3306 uwsgi", "5672 nova-consoleaut", "5672 nova-scheduler", "5672 uwsgi"],
            run.Succeeded().Lines.Select(line => line.Split(',')).Select(cells => $"{cells[3]} {cells[9]}")
        );
    }

    [Fact]
    public async Task Not_applies_to_the_filter_after_it_at_any_place()
    {
        var first = await Run.OnSampleAsync("--not", "--host=vm-2", "--process", "beam*");
        var last = await Run.OnSampleAsync("--process=beam*", "-f", "csv", "--not", "--host", "vm-2");
        var other = await Run.OnSampleAsync("--host", "vm-2", "--not", "--process", "beam*");

        Assert.Equal(first.Succeeded().Text, last.Succeeded().Text);
        Assert.NotEqual(first.Text, other.Succeeded().Text);
        Assert.Equal((10, 6), (first.Lines.Length, other.Lines.Length));
    }

    [Theory]
    [InlineData("-4", 29)]
    [InlineData("-46", 29)]
    [InlineData("-6", 0)]
    [InlineData("--loopback only", 5)]
    [InlineData("--loopback hide", 24)]
    [InlineData("--external hide", 29)]
    [InlineData("--address 127.0.0.0/8 --not --address 127.0.0.1", 0)]
    [InlineData("--protocol udp", 3)]
    [InlineData("--reaches vm-1:3306", 5)]
    [InlineData("--reachable-from vm-2 --depth 1", 8)]
    public async Task Each_filter_keeps_its_rows(string options, int rows)
    {
        var run = await Run.OnSampleAsync(["--no-header", .. options.Split(' ')]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(rows, run.Lines.Length);
    }

    [Fact]
    public async Task If_no_row_is_left_the_filter_that_removed_the_last_is_reported()
    {
        var run = await Run.OnSampleAsync(
            "--to-host",
            "vm-1",
            "--port",
            "3306",
            "--from-host",
            "vm-2",
            "--not",
            "--host",
            "vm-3"
        );

        Assert.Equal(0, run.ExitCode);
        Assert.Single(run.Lines);
        Assert.Equal("flowmatrix: no row is left: --from-host vm-2 removed the last 5 of 29\n", run.Error);
        Assert.Equal("", (await Run.OnSampleAsync("--host", "x", "--quiet")).Error);
    }

    [Theory]
    [InlineData("--host vm-1,vm-22", "no host is called vm-22 (did you mean vm-2?)")]
    [InlineData("--process vm-*", "no process matches vm-*")]
    [InlineData("--to-process mariadb", "no process is called mariadb (did you mean mariadbd?)")]
    [InlineData("--process /usr/bin/etdc", "no process is called /usr/bin/etdc (did you mean /usr/bin/etcd?)")]
    [InlineData("--reaches vm-l:3306", "no host is called vm-l (did you mean vm-1?)")]
    [InlineData("--reaches mariadbd", "mariadbd is a process: it serves at vm-1:3306 (--reaches vm-1:3306)")]
    [InlineData("--reachable-from ETCD", "etcd is a process: it serves at vm-1:2379 (--reachable-from vm-1:2379)")]
    [InlineData("--reaches skydive", "skydive is a process: it serves at vm-1:8082, vm-1:12379 (--reaches vm-1:8082)")]
    [InlineData(
        "--reaches nova-compute",
        "nova-compute is a process without clients: --from-process nova-compute shows what it uses"
    )]
    [InlineData("--from-host mariadbd", "mariadbd is a process: --from-process mariadbd")]
    [InlineData("--host 10.0.0.15", "10.0.0.15 is an address: --address 10.0.0.15")]
    [InlineData("--to-host 10.0.0.0/8", "10.0.0.0/8 is an address: --to-address 10.0.0.0/8")]
    public async Task A_name_that_matches_nothing_is_reported_differently_from_one_without_rows(
        string options,
        string message
    )
    {
        var run = await Run.OnSampleAsync(options.Split(' '));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"flowmatrix: warning: {message}\n", run.Error);
    }

    [Theory]
    [InlineData("--not --host web-1")]
    [InlineData("--from-host vm-2 --port 3306")]
    [InlineData("--from-process mariadbd")]
    [InlineData("--reaches 10.9.9.9")]
    public async Task A_name_that_exists_or_is_excluded_causes_no_warning(string options) =>
        Assert.DoesNotContain("warning", (await Run.OnSampleAsync(options.Split(' '))).Error);

    [Fact]
    public async Task A_process_with_a_slash_in_its_name_is_found()
    {
        var rows = $"""
            {string.Join(',', RowFields.Key)}
            TCP,a,10.0.0.1,22,/usr/sbin/sshd,sshd,b,10.0.0.2,,kworker/0:1

            """;

        var run = await Run.WithAsync(
            new RunEnvironment { Input = Encoding.UTF8.GetBytes(rows) },
            "-i",
            "-",
            "--process",
            "kworker/0:1",
            "--no-header"
        );

        Assert.Single(run.Succeeded().Lines);
    }

    [Theory]
    [InlineData("--not", "a filter must follow it")]
    [InlineData("--not --format csv", "is not a filter")]
    [InlineData("--not --not --host x", "is not a filter")]
    [InlineData("--not --loopback hide", "use hide or only")]
    [InlineData("--host --quiet", "needs a value")]
    [InlineData("--from-port 80", "--to-port")]
    [InlineData("--port 9-1", "1-9?")]
    [InlineData("--address 10.0.0.1/8", "10.0.0.0/8 for the network")]
    [InlineData("--group-by vm", "process, service, host, network")]
    [InlineData("--depth 2", "--reaches")]
    [InlineData("--depth 0 --reaches a", "from 1")]
    [InlineData("--reaches a:b", "needs a port from 0 to 65535")]
    [InlineData("--alias a", "a pattern and a name")]
    [InlineData("--alias (a=b", "not a valid regular expression")]
    [InlineData("--name x=y", "not a valid address or network")]
    [InlineData("--loopback hide --loopback only", "--loopback")]
    public async Task What_cannot_be_done_is_reported_with_what_can(string options, string message) =>
        (await Run.OnSampleAsync(options.Split(' '))).Failed(2, message);

    [Theory]
    [InlineData(
        "process",
        "service_host,service_path,service_name,client_host,client_path,client_name,ports,connections,clients,hosts",
        26
    )]
    [InlineData("service", "protocol,service_port,service_name,client_name,connections,clients,hosts", 27)]
    [InlineData("host", "service_host,client_host,ports,connections,clients,hosts", 3)]
    [InlineData("network", "service_network,client_network,ports,connections,clients,hosts", 2)]
    public async Task Each_grouping_has_its_own_columns(string by, string header, int rows)
    {
        var run = await Run.OnSampleAsync("--group-by", by);

        Assert.Equal(header, run.Succeeded().Lines[0]);
        Assert.Equal(rows, run.Lines.Length - 1);
    }

    [Theory]
    [InlineData("csv", "vm-1,vm-2,5672/tcp 8082/tcp 53/udp 8082/udp,6,4,1")]
    [InlineData(
        "ndjson",
        """{"service_host":"vm-1","client_host":"vm-2","ports":"""
            + """["5672/tcp","8082/tcp","53/udp","8082/udp"],"connections":6,"clients":4,"hosts":1}"""
    )]
    [InlineData("json", "\"grouped_by\": \"host\"")]
    [InlineData("table", "│ vm-1         │ vm-2        │ 5672/tcp 8082/tcp 53/udp 8082/udp")]
    [InlineData("markdown", "| vm-1 | vm-2 | `5672/tcp 8082/tcp 53/udp 8082/udp` | 6 | 4 | 1 |")]
    [InlineData("dot", "p1 -> p0 [penwidth=1.9, tooltip=\"5672, 8082, 53/udp, 8082/udp: 6 connections\"")]
    public async Task Groups_are_written_in_every_format(string format, string message) =>
        Assert.Contains(message, (await Run.OnSampleAsync("--group-by", "host", "--format", format)).Succeeded().Text);

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    [InlineData("ndjson")]
    [InlineData("table")]
    [InlineData("markdown")]
    [InlineData("dot")]
    public async Task Rows_are_explained_in_every_format(string format)
    {
        var environment = new RunEnvironment { TerminalWidth = 400, OutputIsTerminal = format == "table" };

        var run = await Run.OnSampleAsync(environment, "--explain", "--format", format);

        Assert.Contains("both ends reported, each with the address and port of the other", run.Succeeded().Text);
        Assert.Contains("one end reported, the other is the process that listens at the remote address", run.Text);
        Assert.Contains("only the service's end has a listener at its port", run.Text);
    }
}
