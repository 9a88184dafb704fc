using FlowMatrix.Core.Matching;

namespace FlowMatrix.Output;

/// <summary>
/// A format that a user can choose. One file each; <see cref="FormatList"/> registers them. What a format can write is
/// what it implements <see cref="IWriter{T}"/> for.
/// </summary>
internal abstract class Format
{
    /// <summary>As the user names it.</summary>
    public abstract string Name { get; }

    /// <summary>For the help text, a few words.</summary>
    public abstract string Description { get; }

    /// <summary>File name extensions that select this format.</summary>
    public virtual IReadOnlyList<string> Extensions => [$".{Name}"];

    /// <summary>Not for a terminal.</summary>
    public virtual bool IsBinary => false;

    /// <summary>What it shows beside the rows, and what is not gathered otherwise.</summary>
    public virtual MatchExtras Needs => MatchExtras.Rows;

    /// <summary>What writes such content in this format; null if it cannot be written.</summary>
    public IWriter<T>? Writer<T>() => this as IWriter<T>;
}

/// <summary>
/// Writes one kind of content: a matrix, a grouped matrix, a difference, a list of services, a firewall draft.
/// </summary>
internal interface IWriter<in T>
{
    /// <summary>Writes all of it; the stream stays open.</summary>
    Task WriteAsync(T content, Stream output, FormatOptions options, CancellationToken cancel);
}
