using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace FlowMatrix.Output.Html;

/// <summary>
/// A page of Web/ with its placeholders filled in. "{{style files}}", "{{script files}}" and "{{text file}}" are
/// replaced by the contents of these files. "{{policy}}" becomes a Content-Security-Policy that allows only these
/// styles and scripts, each by its hash, and no loading, sending or framing. The caller fills in all other
/// placeholders.
/// </summary>
internal sealed class HtmlTemplate
{
    private const string Policy = "policy";
    private readonly List<HtmlPart> _parts = [];
    private readonly List<string> _scripts = [];
    private readonly List<string> _styles = [];

    private HtmlTemplate(string page)
    {
        var rest = page.AsSpan();
        while (rest.IndexOf("{{") is var open and >= 0)
        {
            var close = rest.IndexOf("}}");
            _parts.Add(new HtmlPart(rest[..open].ToString(), Placeholder: null));
            _parts.Add(Fill(rest[(open + 2)..close].ToString()));
            rest = rest[(close + 2)..];
        }

        _parts.Add(new HtmlPart(rest.ToString(), Placeholder: null));
        var policy = _parts.FindIndex(part => part.Placeholder == Policy);
        _parts[policy] = new HtmlPart(
            $"default-src 'none'; script-src {string.Join(' ', _scripts)}; style-src {string.Join(' ', _styles)}; "
                + "base-uri 'none'; form-action 'none'",
            Placeholder: null
        );
    }

    public IReadOnlyList<HtmlPart> Parts => _parts;

    public static HtmlTemplate Read(string name) => new(WebFile(name));

    private HtmlPart Fill(string placeholder)
    {
        var words = placeholder.Split(' ');
        return words[0] switch
        {
            "style" => Inline("style", words[1..], _styles),
            "script" => Inline("script", words[1..], _scripts),
            "text" => new HtmlPart(WebUtility.HtmlEncode(WebFile(words[1])), Placeholder: null),
            _ => new HtmlPart("", placeholder),
        };
    }

    private static HtmlPart Inline(string element, string[] files, List<string> hashes)
    {
        var content = $"\n{string.Concat(files.Select(WebFile))}";
        hashes.Add($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'");
        return new HtmlPart($"<{element}>{content}</{element}>", Placeholder: null);
    }

    private static string WebFile(string name)
    {
        using var stream =
            typeof(HtmlTemplate).Assembly.GetManifestResourceStream($"Web/{name}")
            ?? throw new InvalidOperationException($"the file Web/{name} is not embedded in the program");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

/// <summary>A part of the page: either text, or the name of a placeholder that the caller fills in.</summary>
/// <param name="Text">The text; empty for a placeholder.</param>
/// <param name="Placeholder">The name of the placeholder; null for text.</param>
internal readonly record struct HtmlPart(string Text, string? Placeholder);
