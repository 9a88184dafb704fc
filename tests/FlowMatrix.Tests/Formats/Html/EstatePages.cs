using System.Globalization;
using FlowMatrix.Matrices;

namespace FlowMatrix.Tests.Formats.Html;

internal static partial class Estates
{
    /// <summary>The page of a matrix of just so many rows, written to a file among the test's output.</summary>
    public static string Page(int rows) => Page(Matrix(rows), $"rows-{rows.ToString(CultureInfo.InvariantCulture)}");

    public static string Page(Matrix matrix, string name)
    {
        var path = Path.Combine(Browser.Output, $"{name}.html");
        File.WriteAllBytes(path, Bytes(matrix));
        return path;
    }
}
