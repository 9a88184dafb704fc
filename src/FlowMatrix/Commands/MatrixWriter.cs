using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;
using FlowMatrix.Loading;
using FlowMatrix.Options;
using FlowMatrix.Output.Tables;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>Writes a matrix, a grouped matrix or a difference in the format that the user chose.</summary>
/// <param name="explain">Whether each row has an explanation of how it was found.</param>
internal sealed class MatrixWriter(
    OutputRequest output,
    bool explain,
    CommandEnvironment environment,
    ConsoleReporter reporter
)
{
    public Task WriteAsync(PickedMatrix picked, CancellationToken cancel)
    {
        var rows = picked.Matrix.Rows.Length;
        return picked.Groups is { } groups
            ? WriteAsync(groups, rows, picked.Services, cancel)
            : WriteAsync(picked.Matrix, rows, picked.Services, cancel);
    }

    /// <returns>The exit code: 1 if there are differences.</returns>
    public async Task<int> WriteAsync(ComparedMatrix compared, CancellationToken cancel)
    {
        var diff = compared.Diff;
        await WriteAsync(diff, diff.Matrix.Rows.Length, compared.Services, cancel);
        if (output.ListUnmatched)
        {
            UnmatchedListing.Write(diff.Matrix, reporter);
        }

        // A table on standard output ends with the summary.
        if (output.Format is not TableFormat || output.Path is not null)
        {
            reporter.Note(DiffListing.Summary(diff));
        }

        return diff.Any ? 1 : 0;
    }

    private async Task WriteAsync<T>(T content, int rows, ServiceList? services, CancellationToken cancel)
    {
        var start = environment.Time.GetTimestamp();
        var writer = output.Writer<T>();
        var options = output.Options with { Explain = explain, Warn = reporter.Warn, Services = services };
        await OutputWriter.WriteAsync(
            output.Path,
            environment,
            stream => writer.WriteAsync(content, stream, options, cancel),
            cancel
        );
        reporter.Detail(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Text(rows, "row")} written in "
                    + $"{environment.Time.GetElapsedTime(start).TotalMilliseconds:N0} ms"
            )
        );
    }
}
