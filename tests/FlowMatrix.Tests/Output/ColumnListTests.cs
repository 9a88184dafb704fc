using System.Text.Json;
using FlowMatrix.Output.Tables;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Output;

/// <summary>What holds for every column of <c>--columns</c>. A new one is tested by being in the list.</summary>
public sealed class ColumnListTests : IDisposable
{
    /// <summary>A row with a value in every column that is read back.</summary>
    private const string Csv =
        "protocol,service_host,service_address,service_port,service_path,service_name,client_host,client_address,"
        + "client_path,client_name,connections,match,direction,via,first_seen,last_seen,scans\n"
        + "TCP,db01,10.0.0.1,3306,/usr/sbin/mariadbd,mariadbd,web01,10.0.0.2,/usr/bin/php,php,3,mirror,listener,"
        + "10.0.0.9,2025-01-31T09:15:20Z,2025-01-31T10:15:20Z,7\n";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. Column.Extra.Select(column => column.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_column_is_in_csv_and_json(string name)
    {
        var input = _folder.Write("matrix.csv", Csv);

        var csv = await Run.WithAsync("-i", input, "--columns", name);
        var json = await Run.WithAsync("-i", input, "--columns", name, "-f", "ndjson");

        Assert.EndsWith($",client_name,{name}", csv.Succeeded().Lines[0]);
        Assert.True(
            JsonDocument.Parse(json.Succeeded().Text).RootElement.TryGetProperty(name, out _),
            $"RowJson does not write the column {name}: {json.Text}"
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_column_is_in_the_guide_and_in_the_list_of_formats(string name)
    {
        Assert.Contains($"`{name}`", Section("docs/guide.md", "Rows and columns"));
        Assert.Contains($"`{name}`", Section("docs/formats.md", "Formats"));
    }

    private static string Section(string path, string heading) =>
        File.ReadAllText(Repository.PathOf(path)).Split($"\n## {heading}\n")[1].Split("\n## ")[0];
}
