using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Output.Firewall;

/// <summary>Firewall drafts in one file per host.</summary>
public sealed class FirewallFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_output_name_with_the_host_placeholder_gives_one_file_per_host()
    {
        var run = await Run.OnSampleAsync("-f", "nftables", "-o", _folder.PathOf("rules-{host}.nft"));

        Assert.Equal((0, 0), (run.ExitCode, run.Output.Length));
        Assert.Equal(["rules-vm-1.nft"], _folder.Files);
        Assert.Contains("warning: no file is written for vm-2: no incoming row became a rule", run.Error);
        Assert.Equal(
            (await Run.OnSampleAsync("-f", "nftables", "--to-host", "vm-1")).Text.Replace(
                "# It has only the rows that pass these filters: --to-host vm-1\n",
                "",
                StringComparison.Ordinal
            ),
            await File.ReadAllTextAsync(_folder.PathOf("rules-vm-1.nft"))
        );
    }

    [Fact]
    public async Task The_file_of_a_host_lists_its_rows_to_services_on_unknown_hosts()
    {
        var estate = new EstateBuilder()
            .Host("a", "10.0.0.1")
            .Listens("0.0.0.0:80", "httpd")
            .Tcp("10.0.0.1:80", "10.0.0.2:40001", "httpd")
            .Tcp("10.0.0.1:40002", "198.51.100.1:443", "curl")
            .Host("b", "10.0.0.2")
            .Listens("0.0.0.0:80", "httpd")
            .Tcp("10.0.0.2:80", "10.0.0.1:40003", "httpd");

        await Run.WithAsync(
            new RunEnvironment { Input = estate.Spec.Json() },
            "-i",
            "-",
            "-q",
            "-f",
            "nftables",
            "-o",
            _folder.PathOf("{host}")
        );

        Assert.Contains(
            "# no rule: tcp 443 at 198.51.100.1, from curl on a (10.0.0.1): the service is on an unknown host\n",
            await File.ReadAllTextAsync(_folder.PathOf("a"))
        );
        Assert.DoesNotContain("no rule", await File.ReadAllTextAsync(_folder.PathOf("b")));
    }

    [Theory]
    [InlineData("networkpolicy", "  name: ")]
    [InlineData("openstack-sg", "group create")]
    public async Task Hosts_with_similar_names_get_distinct_files_and_names(string format, string names)
    {
        string[] hosts = ["db.1", "db-1", "db 1", "db_1", "VM-1", "vm-1"];
        var matrix = _folder.Write(
            "matrix.csv",
            "protocol,service_host,service_address,service_port,service_path,service_name,client_host,"
                + "client_address,client_path,client_name\n"
                + string.Concat(hosts.Select(host => $"TCP,{host},10.0.0.1,80,p,httpd,web,10.0.0.2,p,curl\n"))
        );
        Directory.CreateDirectory(_folder.PathOf("out"));

        (await Run.WithAsync("-i", matrix, "-f", format, "-o", _folder.PathOf("out/{host}"))).Succeeded();

        var files = Directory.GetFiles(_folder.PathOf("out"));
        Assert.Equal(hosts.Length, files.Length);
        Assert.Equal(
            hosts.Length,
            files
                .Select(file =>
                    File.ReadLines(file)
                        .First(line => line.Contains(names, StringComparison.Ordinal))
                        .Split(' ')[^1]
                        .ToLowerInvariant()
                )
                .Distinct()
                .Count()
        );
    }

    [Fact]
    public async Task A_warning_is_printed_if_no_file_is_written()
    {
        var run = await Run.OnSampleAsync("-f", "nftables", "--to-host", "nobody", "-o", _folder.PathOf("{host}"));

        Assert.Contains("warning: no file is written", run.Error);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task A_host_name_never_leads_out_of_the_folder_or_to_the_file_of_another_host()
    {
        string[] hosts = ["../../etc/x", "a/b", "a_b", "A_B", ".hidden", "-o", "..", "\u202e"];
        var matrix = _folder.Write(
            "matrix.csv",
            "protocol,service_host,service_address,service_port,service_path,service_name,client_host,"
                + "client_address,client_path,client_name\n"
                + string.Concat(hosts.Select(host => $"TCP,{host},10.0.0.1,80,p,httpd,web,10.0.0.2,p,curl\n"))
        );
        Directory.CreateDirectory(_folder.PathOf("out"));

        (await Run.WithAsync("-i", matrix, "-f", "nftables", "-o", _folder.PathOf("out/{host}"))).Succeeded();

        Assert.Equal(
            ["A_B", "a_b_2", "a_b_3", "etc_x", "hidden", "host", "host_2", "o"],
            Directory.EnumerateFiles(_folder.PathOf("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal(["matrix.csv"], _folder.Files);
    }
}
