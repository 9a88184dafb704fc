using System.Text.RegularExpressions;
using CliWrap;
using FlowMatrix.Tests.Processes;
using FlowMatrix.Tests.Skydive;

namespace FlowMatrix.Tests;

/// <summary>
/// The commands of the README, run as they stand there, and what it says that they print. The analyzer that it speaks
/// of is one of ours, on the recorded estate.
/// </summary>
public sealed partial class ReadmeTests : IDisposable
{
    private const string Host = "skydive.example.com";
    private const string Password = "secret";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("readme");

    public static TheoryData<string, string?> Examples()
    {
        var examples = new TheoryData<string, string?>();
        var blocks = Block().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md")));
        for (var i = 0; i < blocks.Count; i++)
        {
            var (language, text) = (blocks[i].Groups["language"].Value, blocks[i].Groups["text"].Value);
            if (language == "sh" && text.Contains("flowmatrix ", StringComparison.Ordinal)
                && !text.Contains("dotnet ", StringComparison.Ordinal))
            {
                var printed = i + 1 < blocks.Count && blocks[i + 1].Groups["language"].Value is "csv" or "text" or "json"
                    ? blocks[i + 1].Groups["text"].Value
                    : null;
                examples.Add(text, printed);
            }
        }

        return examples;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task An_example_of_the_readme_works_as_it_stands_there(string commands, string? printed)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        await using var guarded = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(), new FakeAnalyzerSettings { Username = "admin", Password = Password });
        await PrepareFolderAsync(analyzer);

        var run = await Tool.RunAsync(
            Tool.Shell(Script(commands, analyzer, guarded)).WithWorkingDirectory(_folder.FullName));

        Assert.Equal(FindsDifferences(commands) ? 1 : 0, run.ExitCode);
        if (run.ExitCode == 0)
        {
            Assert.Equal("", run.Error);
        }

        if (printed is not null)
        {
            AssertPrints(printed, run.Text);
        }
    }

    [Fact]
    public void There_are_examples_of_each_kind()
    {
        var examples = Examples();
        Assert.True(examples.Count > 15, $"only {examples.Count} examples were found");
        Assert.Contains(examples, example => (string?)example[1] is not null);
    }

    private static string Script(string commands, FakeAnalyzer analyzer, FakeAnalyzer guarded)
    {
        // The README's names for what is somewhere else on a reader's machine; behind https it asks for a login.
        var here = analyzer.Address.Authority;
        var script = commands
            .Replace($"https://{Host}", $"http://{guarded.Address.Authority}", StringComparison.Ordinal)
            .Replace($"{Host}:8082", here, StringComparison.Ordinal)
            .Replace(Host, here, StringComparison.Ordinal);
        return $$"""
            set -e -o pipefail
            flowmatrix() { "$flowmatrix" "$@"; }
            skydive() { cat '{{Recorded.PathOf("hosts.json")}}'; }
            {{(commands.Contains("--learn", StringComparison.Ordinal) ? "rm flows.yaml" : "")}}
            {{script}}
            """;
    }

    /// <summary>The flows are those that the drafted policy and Monday's matrix don't have.</summary>
    private static bool FindsDifferences(string commands) => commands.Contains("devstack-flows", StringComparison.Ordinal);

    /// <summary>The samples, and what earlier examples of the README have made.</summary>
    private async Task PrepareFolderAsync(FakeAnalyzer analyzer)
    {
        var samples = Directory.CreateDirectory(Path.Combine(_folder.FullName, "samples"));
        foreach (var sample in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "samples")))
        {
            File.Copy(sample, Path.Combine(samples.FullName, Path.GetFileName(sample)));
        }

        File.WriteAllText(Path.Combine(_folder.FullName, "pw"), $"{Password}\n");
        string[][] all =
        [
            ["check", "--learn", "-o", "flows.yaml", "--input", "samples/devstack.json"],
            ["-o", "monday.csv", "--input", "samples/devstack.json"],
            ["record", "-a", analyzer.Address.ToString(), "--for", "100ms", "-o", "day.ndjson.gz"],
        ];
        foreach (var earlier in all)
        {
            var made = await Tool.RunAsync(Tool.Command(earlier).WithWorkingDirectory(_folder.FullName));
            Assert.Equal(0, made.ExitCode);
        }
    }

    /// <summary>Where the README leaves lines out, by "…" or by showing a few, those that it shows are there in order.</summary>
    private static void AssertPrints(string shown, string printed)
    {
        var lines = printed.Split('\n');
        var at = 0;
        foreach (var line in shown.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line != "…"))
        {
            at = Array.IndexOf(lines, line, at) + 1;
            Assert.True(at > 0, $"the README shows a line that isn't printed there: {line}\nprinted:\n{printed}");
        }
    }

    [GeneratedRegex("^```(?<language>\\w*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
