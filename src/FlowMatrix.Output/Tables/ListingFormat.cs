using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Tables;

/// <summary>A format with fields, which can write every kind of rows: of a matrix, merged, compared, or services.</summary>
internal abstract class ListingFormat
    : Format,
        IWriter<Matrix>,
        IWriter<GroupedMatrix>,
        IWriter<MatrixDiff>,
        IWriter<ServiceList>
{
    public Task WriteAsync(Matrix content, Stream output, FormatOptions options, CancellationToken cancel)
    {
        Write(content, output, options, cancel);
        return Task.CompletedTask;
    }

    public Task WriteAsync(GroupedMatrix content, Stream output, FormatOptions options, CancellationToken cancel)
    {
        Write(content, output, options, cancel);
        return Task.CompletedTask;
    }

    public Task WriteAsync(MatrixDiff content, Stream output, FormatOptions options, CancellationToken cancel)
    {
        Write(Fields(content, options), output, options, cancel);
        return Task.CompletedTask;
    }

    public Task WriteAsync(ServiceList content, Stream output, FormatOptions options, CancellationToken cancel)
    {
        Write(ServiceListing.Create(content), output, options, cancel);
        return Task.CompletedTask;
    }

    public abstract void Write(Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel);

    protected virtual void Write(
        GroupedMatrix groups,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    ) => Write(GroupListing.Create(groups, options), output, options, cancel);

    protected abstract void Write(Listing listing, Stream output, FormatOptions options, CancellationToken cancel);

    /// <summary>The fields of a difference: all of them, or fewer and in words where people read them.</summary>
    protected virtual Listing Fields(MatrixDiff diff, FormatOptions options) => DiffListing.Create(diff, options);
}
