using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.EndToEnd.Page;

internal static class GeneratedPage
{
    /// <summary>Writes the page of a matrix with this number of rows to the folder of screenshots.</summary>
    public static string Write(int rows) =>
        Write(GeneratedMatrix.Create(rows), $"rows-{rows.ToString(CultureInfo.InvariantCulture)}");

    public static string Write(Matrix matrix, string name)
    {
        var path = Path.Combine(Browser.Output, $"{name}.html");
        File.WriteAllBytes(path, GeneratedMatrix.Page(matrix));
        return path;
    }
}
