using System.Text;

namespace FlowMatrix.Output.Firewall;

/// <summary>
/// A draft of firewall rules in some tool's language. <see cref="DraftBuilder"/> decides what is drafted; a format only
/// writes it.
/// </summary>
internal abstract class FirewallFormat : Format, IWriter<FirewallDraft>
{
    public override IReadOnlyList<string> Extensions => [];

    /// <summary>Whether a rule says at which of the host's addresses; else it opens the port at all of them.</summary>
    public virtual bool TellsServiceAddresses => false;

    /// <summary>Whether it guards the service itself, and sees what was sent on to it as it then is.</summary>
    public virtual bool GuardsServices => false;

    public Task WriteAsync(FirewallDraft content, Stream output, FormatOptions options, CancellationToken cancel)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true)
        {
            NewLine = "\n",
        };
        Write(content, text, cancel);
        return Task.CompletedTask;
    }

    protected abstract void Write(FirewallDraft draft, TextWriter text, CancellationToken cancel);

    /// <summary>Comments as all three languages have them.</summary>
    protected static void Comment(TextWriter text, string indent, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            text.WriteLine(line.Length == 0 ? $"{indent}#" : $"{indent}# {line}");
        }
    }
}
