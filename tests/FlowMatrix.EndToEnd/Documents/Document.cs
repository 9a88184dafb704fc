using System.Text;
using System.Text.RegularExpressions;
using FlowMatrix.Testing;

namespace FlowMatrix.EndToEnd.Documents;

/// <summary>A Markdown file of the repository: its code blocks, headings and links.</summary>
internal sealed partial class Document
{
    private const string Readme = "README.md";

    private Document(string path)
    {
        Path = path;
        Text = File.ReadAllText(Repository.PathOf(path));
    }

    /// <summary>The README and the pages of docs/, which describe the tool to its users.</summary>
    public static IReadOnlyList<Document> Manual { get; } = [new Document(Readme), .. Pages()];

    /// <summary>Every document whose links are checked.</summary>
    public static IReadOnlyList<Document> All { get; } =
    [
        .. Manual,
        .. new[] { "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "bench/README.md" }.Select(path => new Document(
            path
        )),
    ];

    /// <summary>Path relative to the repository, with forward slashes.</summary>
    public string Path { get; }

    public string Text { get; }

    public string Folder => System.IO.Path.GetDirectoryName(Path) ?? "";

    public static Document Read(string path) => All.Single(document => document.Path == path);

    /// <summary>The fenced code blocks, in order.</summary>
    public IReadOnlyList<CodeBlock> Blocks() =>
        [
            .. Block()
                .Matches(Text)
                .Select(match => new CodeBlock(match.Groups["language"].Value, match.Groups["text"].Value)),
        ];

    /// <summary>The targets of links and pictures outside code.</summary>
    public IEnumerable<string> Links() => Link().Matches(Prose()).Select(match => match.Groups["target"].Value);

    /// <summary>The anchors that GitHub creates for the headings.</summary>
    public HashSet<string> Anchors()
    {
        var anchors = new HashSet<string>();
        foreach (Match heading in Heading().Matches(Block().Replace(Text, "")))
        {
            var anchor = AnchorOf(heading.Groups["text"].Value);
            var unique = anchor;
            for (var i = 1; !anchors.Add(unique); i++)
            {
                unique = $"{anchor}-{i}";
            }
        }

        return anchors;
    }

    /// <summary>The text without code.</summary>
    private string Prose() => Code().Replace(Block().Replace(Text, ""), "code");

    private static IEnumerable<Document> Pages() =>
        Directory
            .EnumerateFiles(Repository.PathOf("docs"), "*.md")
            .Order(StringComparer.Ordinal)
            .Select(path => new Document($"docs/{System.IO.Path.GetFileName(path)}"));

    /// <summary>Lower case, without punctuation, with a hyphen for each space.</summary>
    private static string AnchorOf(string heading)
    {
        var anchor = new StringBuilder();
        foreach (var c in Link().Replace(heading, "${text}").Trim())
        {
            if (char.IsLetterOrDigit(c) || c is '-' or '_')
            {
                anchor.Append(char.ToLowerInvariant(c));
            }
            else if (c == ' ')
            {
                anchor.Append('-');
            }
        }

        return anchor.ToString();
    }

    [GeneratedRegex("^```(?<language>\\w*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("``.+?``|`[^`\n]+`")]
    private static partial Regex Code();

    [GeneratedRegex(@"!?\[(?<text>[^\]]*)\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}

internal sealed record CodeBlock(string Language, string Text)
{
    /// <summary>Whether the tests run it. Commands that build or pack have their own tests.</summary>
    public bool IsExample =>
        Language == "sh"
        && !Text.Contains("dotnet ", StringComparison.Ordinal)
        && !Text.StartsWith("eng/", StringComparison.Ordinal);

    /// <summary>The output of the commands in the block before.</summary>
    public bool IsOutput => Language is "csv" or "text" or "json";
}
