using FlowMatrix.Core.Matching;

namespace FlowMatrix.Output;

/// <summary>
/// An output format that a user selects with <c>--format</c>. Each format is one file in this project and one line in
/// <see cref="FormatList"/>. It implements <see cref="IWriter{T}"/> once for each kind of content that it can write,
/// such as a matrix or a difference; all other content is refused before anything is written. Most formats derive from
/// <see cref="Tables.ListingFormat"/>, <see cref="Graphs.GraphFormat"/> or <see cref="Firewall.FirewallFormat"/>, which
/// implement all that their kind of format can write.
/// </summary>
internal abstract class Format
{
    /// <summary>The name for <c>--format</c>, in lower case.</summary>
    public abstract string Name { get; }

    /// <summary>A few words for the help text.</summary>
    public abstract string Description { get; }

    /// <summary>File name extensions of <c>--output</c> that select this format, with the dot.</summary>
    public virtual IReadOnlyList<string> Extensions => [$".{Name}"];

    /// <summary>Whether the output is binary, so that it is not written to a terminal.</summary>
    public virtual bool IsBinary => false;

    /// <summary>
    /// What the matcher has to collect for this format besides the rows; by default it collects only rows.
    /// </summary>
    public virtual MatchExtras Needs => MatchExtras.Rows;

    /// <summary>The writer for content of this type, or null if the format cannot show it.</summary>
    public IWriter<T>? Writer<T>() => this as IWriter<T>;
}

/// <summary>
/// Writes one kind of content to a stream: a matrix, a grouped matrix, a difference, a list of services or a firewall
/// draft.
/// </summary>
internal interface IWriter<in T>
{
    /// <summary>Writes the whole content. The stream stays open.</summary>
    Task WriteAsync(T content, Stream output, FormatOptions options, CancellationToken cancel);
}
