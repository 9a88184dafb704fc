using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Tables;

/// <summary>A format with named fields. It writes the rows of a matrix, groups, differences and services.</summary>
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

    /// <summary>How differences are listed. Formats for people override it to show fewer fields, in words.</summary>
    protected virtual Listing Fields(MatrixDiff diff, FormatOptions options) => DiffListing.Create(diff, options);
}
