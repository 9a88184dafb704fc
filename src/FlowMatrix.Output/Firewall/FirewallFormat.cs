using System.Text;

namespace FlowMatrix.Output.Firewall;

/// <summary>
/// A format for firewall drafts: the language of one tool. <see cref="DraftBuilder"/> decides which rules there are; a
/// format only writes them.
/// </summary>
internal abstract class FirewallFormat : Format, IWriter<FirewallDraft>
{
    public override IReadOnlyList<string> Extensions => [];

    /// <summary>
    /// Whether a rule can be limited to one address of the host; else it opens the port at all addresses.
    /// </summary>
    public virtual bool MatchesServiceAddress => false;

    /// <summary>
    /// Whether rules apply at the service itself, after a redirection such as that of a published container port, and
    /// so see the port and address where the service listens.
    /// </summary>
    public virtual bool AppliesAfterRedirection => false;

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

    /// <summary>Writes comment lines; all three languages begin them with #.</summary>
    protected static void Comment(TextWriter text, string indent, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            text.WriteLine(line.Length == 0 ? $"{indent}#" : $"{indent}# {line}");
        }
    }
}
