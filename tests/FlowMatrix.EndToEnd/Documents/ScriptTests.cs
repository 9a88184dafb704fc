using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using FlowMatrix.Testing;

namespace FlowMatrix.EndToEnd.Documents;

/// <summary>The scripts that the documents mention exist, are executable and pass ShellCheck.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class ScriptTests
{
    private static readonly string[] All =
    [
        .. Document
            .All.SelectMany(document => ScriptsOf(document.Path))
            .Concat(OfFolder("eng"))
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Scripts => [.. All];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_can_be_executed_right_after_a_clone(string script)
    {
        var path = Repository.PathOf(script);
        Assert.True(File.Exists(path), $"{script} is called in a document, and is not there");
        Assert.StartsWith("#!/", File.ReadLines(path).First());
        Assert.True(
            File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute),
            $"{script} is not executable: git update-index --chmod=+x {script}"
        );
    }

    [Fact]
    public void The_documents_call_scripts()
    {
        Assert.Contains("eng/test.sh", ScriptsOf("README.md"));
        Assert.Contains(".ci/run", ScriptsOf("CONTRIBUTING.md"));
        Assert.Contains("bench/run.sh", ScriptsOf("bench/README.md"));
    }

    [Fact]
    public async Task ShellCheck_finds_no_problem_in_the_scripts()
    {
        var run = await CliWrap
            .Cli.Wrap("shellcheck")
            .WithArguments(["--severity=warning", .. All])
            .WithWorkingDirectory(Repository.Folder)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync();

        Assert.Equal("", run.StandardOutput + run.StandardError);
    }

    private static IEnumerable<string> ScriptsOf(string document) =>
        Script().Matches(File.ReadAllText(Repository.PathOf(document))).Select(match => match.Value);

    private static IEnumerable<string> OfFolder(string folder) =>
        Directory
            .EnumerateFiles(Repository.PathOf(folder), "*.sh")
            .Select(script => Path.GetRelativePath(Repository.Folder, script));

    [GeneratedRegex(@"(?<![\w/.-])(?:(?:eng|bench|samples)/[\w-]+\.sh|\.ci/run)(?![\w/-])")]
    private static partial Regex Script();
}
