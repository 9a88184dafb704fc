using System.Text.RegularExpressions;
using CliWrap;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Documents;

/// <summary>
/// Runs the commands of the README and of docs/ as written, and compares their output with what the documents show.
/// Each document runs from top to bottom in its own folder with the samples only, so that earlier commands must create
/// the files that later ones read. The analyzer is a fake one with the recorded estate.
/// </summary>
public sealed partial class DocumentExampleTests : IDisposable
{
    private const string Host = "skydive.example.com";
    private const string Password = "secret";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("document");

    public static TheoryData<string> Documents =>
        [
            .. Document
                .Manual.Where(document => document.Blocks().Any(block => block.IsExample))
                .Select(document => document.Path),
        ];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task The_commands_of_a_document_work_in_order(string path)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        await using var guarded = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new FakeAnalyzerSettings { Username = "admin", Password = Password }
        );
        CopySamples();

        var blocks = Document.Read(path).Blocks();
        for (var i = 0; i < blocks.Count; i++)
        {
            if (blocks[i].IsExample)
            {
                await RunAsync(blocks[i].Text, Script(blocks[i].Text, analyzer, guarded), OutputAfter(blocks, i));
            }
        }
    }

    [Fact]
    public void The_documents_have_examples_of_every_kind()
    {
        var blocks = Document.Manual.Select(document => document.Blocks()).ToList();
        Assert.True(blocks.Sum(all => all.Count(block => block.IsExample)) > 30);
        Assert.True(
            blocks.Sum(all => all.Where((block, i) => block.IsExample && OutputAfter(all, i) is not null).Count()) > 10
        );
    }

    private static string? OutputAfter(IReadOnlyList<CodeBlock> blocks, int i) =>
        i + 1 < blocks.Count && blocks[i + 1].IsOutput ? blocks[i + 1].Text : null;

    private static string Script(string commands, FakeAnalyzer analyzer, FakeAnalyzer guarded)
    {
        // The analyzer with https requires a login.
        var here = analyzer.Address.Authority;
        var script = commands
            .Replace($"https://{Host}", $"http://{guarded.Address.Authority}", StringComparison.Ordinal)
            .Replace($"{Host}:8082", here, StringComparison.Ordinal)
            .Replace(Host, here, StringComparison.Ordinal);
        script = string.Join('\n', script.Split('\n').Select(Shortened));
        return $$"""
            set -e -o pipefail
            flowmatrix() { "$flowmatrix" "$@"; }
            skydive() { cat '{{Recorded.PathOf("hosts.json")}}'; }
            {{script}}
            """;
    }

    /// <summary>
    /// Shortens commands that would run for hours. "watch --for" counts from its start, and on a busy machine the first
    /// answer can take a while; the other times count from that answer.
    /// </summary>
    private static string Shortened(string line) =>
        Duration()
            .Replace(
                line,
                match =>
                {
                    var option = match.Groups["option"].Value;
                    var fromStart = option == "for" && line.StartsWith("flowmatrix watch", StringComparison.Ordinal);
                    return $"--{option} {(fromStart ? "15s" : "1s")}";
                }
            );

    /// <summary>Rows of samples/devstack-flows.json are not in a drafted policy or an earlier matrix.</summary>
    private static bool FindsDifferences(string commands) =>
        commands.Contains("devstack-flows", StringComparison.Ordinal);

    private async Task RunAsync(string commands, string script, string? printed)
    {
        var run = await Tool.RunAsync(
            Tool.Shell(script)
                .WithWorkingDirectory(_folder.FullName)
                .WithStandardInputPipe(PipeSource.FromString($"{Password}\n"))
        );

        var expected = FindsDifferences(commands) ? 1 : 0;
        Assert.True(
            run.ExitCode == expected,
            $"exit code {run.ExitCode} instead of {expected}:\n{commands}\n{run.Error}"
        );
        Assert.False(
            run.Error.Contains("warning", StringComparison.Ordinal)
                || (expected == 0 && !MayReport(commands) && run.Error.Length > 0),
            $"{commands}\n{run.Error}"
        );
        if (printed is not null)
        {
            AssertPrints(printed, run.Text, commands);
        }
    }

    /// <summary>Commands whose messages on standard error the documents show.</summary>
    private static bool MayReport(string commands) => Reporting().IsMatch(commands);

    /// <summary>
    /// The output contains the lines that the document shows, in order. A document may leave lines out.
    /// </summary>
    private static void AssertPrints(string shown, string printed, string commands)
    {
        var lines = printed.Split('\n');
        var at = 0;
        foreach (var line in shown.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line != "…"))
        {
            at = Array.IndexOf(lines, line, at) + 1;
            Assert.True(
                at > 0,
                $"the document shows a line that is not printed there: {line}\n{commands}\nprinted:\n{printed}"
            );
        }
    }

    private void CopySamples()
    {
        var samples = _folder.CreateSubdirectory("samples");
        foreach (var sample in Directory.EnumerateFiles(Repository.PathOf("samples")))
        {
            File.Copy(sample, Path.Combine(samples.FullName, Path.GetFileName(sample)));
        }
    }

    [GeneratedRegex(@"--(?<option>for|until-stable)(?: \d+(?:ms|[smhd]))*(?![\w-])")]
    private static partial Regex Duration();

    [GeneratedRegex("flowmatrix (watch|record)|--format skydive|--config|--verbose")]
    private static partial Regex Reporting();
}
