using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace FlowMatrix.Output.Html;

/// <summary>
/// A page of Web/ in which each "{{style files}}", "{{script files}}" and "{{text file}}" has been replaced by these
/// files, and "{{policy}}" by a Content-Security-Policy under which just these styles and scripts run, each by its
/// hash, and nothing is fetched, sent or framed. What else stands in double braces is left for the caller.
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
            ?? throw new InvalidOperationException($"the program lacks its file Web/{name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

/// <param name="Text">What stands here.</param>
/// <param name="Placeholder">What the caller writes here, or null.</param>
internal readonly record struct HtmlPart(string Text, string? Placeholder);
