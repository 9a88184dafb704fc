using System.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Commands;

/// <summary>More names than anybody types: they come from files that programs wrote.</summary>
public sealed class ManyNamesTests : IDisposable
{
    private const string Rows =
        "protocol,service_host,service_address,service_port,service_path,service_name,client_host,"
        + "client_address,client_path,client_name\n"
        + "TCP,db-7-1,10.0.0.1,3306,/usr/sbin/mysqld,mysqld,web-9-1,10.0.0.2,/usr/bin/php,php\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("alias:", "  'web-{0}-\\d+': web", "aliases", "one regular expression")]
    [InlineData("name:", "  fd00::{0:x}/128: office", "networks", "name networks that hold several")]
    [InlineData("host:", "  - 'web-{0}-*'", "conditions", "list names behind one condition")]
    public async Task More_of_a_kind_than_are_supported_is_wrong_usage(
        string key,
        string line,
        string what,
        string remedy
    )
    {
        var run = await OnRowsAsync("-q", "--config", _folder.Write("many.yaml", Lines(key, line, NameLimit.Max + 1)));

        run.Failed(2, $"50,001 {what}: at most 50,000 are supported", remedy);
    }

    [Fact]
    public async Task More_patterns_than_are_supported_are_wrong_usage_also_in_one_condition()
    {
        var patterns = string.Join(',', Enumerable.Range(0, NameLimit.Max + 1).Select(i => $"web-{i}-*"));

        (await OnRowsAsync("-q", "--config", _folder.Write("many.yaml", $"host: \"{patterns}\"\n"))).Failed(
            2,
            "filters: 50,001 patterns with *"
        );
        (await OnRowsAsync("--no-config", "--host", patterns)).Failed(2, "filters: 50,001 patterns with *");
        (await CheckAsync($"allow:\n  - reason: all\n    host: \"{patterns}\"\n")).Failed(
            2,
            "flows.yaml: 50,001 patterns with *"
        );
    }

    [Fact]
    public async Task More_rules_than_are_supported_are_wrong_usage() =>
        (await CheckAsync(Lines("allow:", "  - {{reason: r, to-port: \"{0}\"}}", NameLimit.Max + 1))).Failed(
            2,
            "flows.yaml: 50,001 rules: at most 50,000 are supported"
        );

    [Fact]
    public async Task As_many_names_as_anybody_lists_are_no_mistake()
    {
        var names = string.Join(
            ',',
            Enumerable.Range(0, NameLimit.Max).Select(i => $"web-{i}-1").Append("web-9-1").Append("gone")
        );

        var run = await OnRowsAsync("--no-config", "--no-header", "--host", names);

        Assert.Single(run.Lines);
        Assert.Equal(21, run.Error.Split("warning:").Length - 1);
        Assert.Contains("49,980 more names and patterns match no host", run.Error);
    }

    private Task<Run> OnRowsAsync(params string[] arguments) =>
        Run.WithAsync(["-i", _folder.Write("rows.csv", Rows), .. arguments]);

    private Task<Run> CheckAsync(string policy) =>
        Run.WithAsync(
            "check",
            "-i",
            _folder.Write("rows.csv", Rows),
            "--no-config",
            "--policy",
            _folder.Write("flows.yaml", policy)
        );

    private static string Lines(string key, string line, int count)
    {
        var text = new StringBuilder($"{key}\n");
        var format = CompositeFormat.Parse(line);
        for (var i = 0; i < count; i++)
        {
            text.AppendFormat(System.Globalization.CultureInfo.InvariantCulture, format, i).Append('\n');
        }

        return text.ToString();
    }
}
