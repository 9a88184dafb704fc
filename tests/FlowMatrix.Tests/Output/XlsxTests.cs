using System.IO.Compression;
using FlowMatrix.Core.Model;
using FlowMatrix.Output;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Output;

/// <summary>The file of a workbook; GraphFormatTests reads its contents with another program.</summary>
public sealed class XlsxTests
{
    [Fact]
    public async Task A_workbook_does_not_contain_the_time_of_writing()
    {
        using var bytes = new MemoryStream();
        var writer = FormatList.All.Single(format => format.Name == "xlsx").Writer<Matrix>();
        await writer!.WriteAsync(HostileEstate.Matrix, bytes, new FormatOptions(), CancellationToken.None);

        using var zip = new ZipArchive(bytes, ZipArchiveMode.Read);
        Assert.NotEmpty(zip.Entries);
        Assert.All(zip.Entries, entry => Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime));
        Assert.DoesNotContain(zip.Entries, entry => entry.FullName.StartsWith("docProps/", StringComparison.Ordinal));
    }
}
