using FlowMatrix.Core.Model;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output;

/// <summary>A way to write a matrix. One file each; <see cref="FormatList"/> registers them.</summary>
internal abstract class Format
{
    /// <summary>As the user names it.</summary>
    public abstract string Name { get; }

    /// <summary>For the help text, a few words.</summary>
    public abstract string Description { get; }

    /// <summary>Endings of file names that mean this format.</summary>
    public virtual IReadOnlyList<string> Extensions => [$".{Name}"];

    /// <summary>Not for a terminal.</summary>
    public virtual bool IsBinary => false;

    /// <summary>Written into an analyzer's graph instead of to a stream.</summary>
    public virtual bool IsPublished => false;

    /// <summary>Whether it can show what differs between two matrices.</summary>
    public virtual bool ShowsChanges => true;

    /// <summary>Whether it shows the connections with one end unmatched, which are not kept otherwise.</summary>
    public virtual bool ShowsUnmatched => false;

    /// <summary>Whether it draws a graph, whose boxes are programs.</summary>
    public virtual bool DrawsPrograms => false;

    /// <summary>Whether it shows the list of services beside the matrix, which is not made otherwise.</summary>
    public virtual bool ShowsServices => false;

    /// <summary>Writes all of it; the stream stays open.</summary>
    public virtual Task WriteAsync(Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel)
    {
        Write(matrix, output, options, cancel);
        return Task.CompletedTask;
    }

    /// <summary>The same for formats that wait for nothing but the stream; they write this one.</summary>
    protected internal virtual void Write(
        Matrix matrix,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    ) => throw new NotSupportedException($"{Name} is written asynchronously");

    /// <summary>The rows of a matrix that are none of the matcher's: of a grouped or compared one; else null.</summary>
    /// <param name="forPeople">Fewer fields, in words.</param>
    protected static Listing? ListingOf(Matrix matrix, FormatOptions options, bool forPeople = false) =>
        matrix.Groups is { } groups ? GroupListing.Create(matrix, groups, options)
        : matrix.Differences is not { } changes ? null
        : forPeople ? DiffListing.InWords(matrix, changes, options)
        : DiffListing.Create(matrix, changes, options);
}

/// <summary>What a user may say about how a matrix is written.</summary>
internal sealed record FormatOptions
{
    /// <summary>Columns beside those of the key.</summary>
    public IReadOnlyList<Column> ExtraColumns { get; init; } = [];

    /// <summary>Whether each row says how it came to be.</summary>
    public bool Explain { get; init; }

    public IReadOnlyList<Column> AllExtraColumns =>
        Explain && !ExtraColumns.Contains(Column.Explanation) ? [.. ExtraColumns, Column.Explanation] : ExtraColumns;

    public IReadOnlyList<Column> Columns => [.. Column.Key, .. AllExtraColumns];

    public bool Header { get; init; } = true;

    public bool SpreadsheetSafe { get; init; }

    /// <summary>One of Graphviz's layout engines.</summary>
    public string Engine { get; init; } = "dot";

    /// <summary>Where Graphviz's program lies; null where it isn't installed.</summary>
    public string? Graphviz { get; init; }

    /// <summary>How many characters a line of the terminal has; null where the output is no terminal.</summary>
    public int? TerminalWidth { get; init; }

    public bool Color { get; init; }

    /// <summary>Gets what a user should know of what was written.</summary>
    public Action<string> Warn { get; init; } = _ => { };
}
