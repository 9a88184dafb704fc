using System.Text.RegularExpressions;
using FlowMatrix.Testing;

namespace FlowMatrix.EndToEnd.Documents;

/// <summary>
/// What the documents promise of themselves: links that lead somewhere, a short README, every format described.
/// </summary>
public sealed class DocumentTests
{
    private const int LongestReadme = 250;

    public static TheoryData<string> Paths => [.. Document.All.Select(document => document.Path)];

    [Fact]
    public void The_readme_is_short()
    {
        var lines = Document.Read("README.md").Text.TrimEnd('\n').Split('\n').Length;

        Assert.True(
            lines <= LongestReadme,
            $"README.md has {lines} lines, at most {LongestReadme} are allowed: move details to docs/"
        );
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_relative_link_leads_to_a_file_and_a_heading(string path)
    {
        var document = Document.Read(path);
        foreach (var link in document.Links().Where(link => !link.Contains("://", StringComparison.Ordinal)))
        {
            var (file, anchor) = link.Split('#', 2) is [var before, var after] ? (before, after) : (link, null);
            var target = file.Length == 0 ? path : Normalized(document.Folder, file);
            Assert.True(
                File.Exists(Repository.PathOf(target)) || Directory.Exists(Repository.PathOf(target)),
                $"{path} links to {link}: there is no such file"
            );
            if (anchor is not null)
            {
                Assert.True(
                    Document.All.FirstOrDefault(other => other.Path == target)?.Anchors().Contains(anchor) == true,
                    $"{path} links to {link}: there is no such heading"
                );
            }
        }
    }

    [Fact]
    public void The_readme_links_to_every_page()
    {
        var links = Document.Read("README.md").Links().Select(link => link.Split('#')[0]).ToHashSet();

        Assert.All(Document.Manual.Skip(1), page => Assert.Contains(page.Path, links));
    }

    [Fact]
    public async Task Every_format_and_column_is_described()
    {
        var formats = Document.Read("docs/formats.md").Text;
        var help = await HelpAsync();

        Assert.All(
            Section(help, "Formats:").Concat(Section(help, "Columns:")),
            name => Assert.Matches($@"`{Regex.Escape(name)}`|\*\*{Regex.Escape(name)}\*\*", formats)
        );
    }

    [Fact]
    public async Task Every_exit_code_is_described()
    {
        var codes = Section(await HelpAsync(), "Exit codes:");

        Assert.Contains("0", codes);
        Assert.All(codes, code => Assert.Contains($"\n| {code} |", Document.Read("docs/troubleshooting.md").Text));
    }

    private static string Normalized(string folder, string file) =>
        Path.GetRelativePath(Repository.Folder, Path.GetFullPath(Path.Combine(Repository.Folder, folder, file)))
            .Replace('\\', '/');

    private static async Task<string> HelpAsync() => (await Tool.RunAsync("--help")).Succeeded().Text;

    /// <summary>The part of a help line before the description.</summary>
    private static string Declaration(string line) => line[2..].Split("  ", 2)[0];

    /// <summary>The names at the beginning of the lines under a heading of the help.</summary>
    private static List<string> Section(string help, string heading)
    {
        var names = help.Split('\n')
            .SkipWhile(line => line != heading)
            .Skip(1)
            .TakeWhile(line => line.Length > 0)
            .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ')
            .SelectMany(line => Declaration(line).Split(", "))
            .ToList();
        Assert.NotEmpty(names);
        return names;
    }
}
