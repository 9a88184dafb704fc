using System.Text;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Firewall;

/// <summary>
/// A draft of firewall rules in some tool's language. What is drafted is decided by <see cref="DraftBuilder"/>; a
/// format only says it.
/// </summary>
internal abstract class FirewallFormat : Format
{
    public override IReadOnlyList<string> Extensions => [];

    public override bool ShowsChanges => false;

    /// <summary>Whether a rule says at which of the host's addresses; else it opens the port at all of them.</summary>
    public virtual bool TellsServiceAddresses => false;

    /// <summary>Whether it guards the service itself, and sees what was sent on to it as it then is.</summary>
    public virtual bool GuardsServices => false;

    /// <summary>Writes all of it; the stream stays open.</summary>
    public void Write(FirewallDraft draft, Stream output, CancellationToken cancel)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true)
        {
            NewLine = "\n",
        };
        Write(draft, text, cancel);
    }

    protected internal override void Write(
        Matrix matrix,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    ) => throw new InvalidOperationException($"{Name} is written of a draft, not of a matrix");

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
