using System.Globalization;
using System.Text;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Testing;

/// <summary>Runs the tool on <see cref="HostileEstate"/> and parses the outputs without the code of the tool.</summary>
internal static class HostileOutput
{
    /// <summary>Runs the tool on <see cref="HostileEstate"/>.</summary>
    public static async Task<Run> RunAsync(params string[] arguments) =>
        (await Run.WithAsync(new RunEnvironment { Input = HostileEstate.Json }, ["-i", "-", .. arguments])).Succeeded();

    /// <summary>The expected rows of the hostile estate in the ten columns, before any escaping.</summary>
    public static IEnumerable<string[]> ExpectedRows()
    {
        foreach (var row in Matched.Rows(HostileEstate.Matrix))
        {
            yield return
            [
                row.Protocol,
                row.ServiceHost,
                row.ServiceAddress,
                row.ServicePort.ToString(CultureInfo.InvariantCulture),
                row.ServiceProcess.Path,
                row.ServiceProcess.Name,
                row.ClientHost,
                row.ClientAddress,
                row.ClientProcess.Path,
                row.ClientProcess.Name,
            ];
        }
    }

    /// <summary>Reverts the escapes of Printable. Source: the escapes of Python's string literals.</summary>
    public static string Unescape(string printable)
    {
        var text = new StringBuilder();
        for (var i = 0; i < printable.Length; i++)
        {
            if (printable[i] != '\\')
            {
                text.Append(printable[i]);
                continue;
            }

            i++;
            var digits = printable[i] switch
            {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                _ => 0,
            };
            text.Append(
                printable[i] switch
                {
                    '\\' => "\\",
                    'n' => "\n",
                    'r' => "\r",
                    't' => "\t",
                    _ when digits > 0 => char.ConvertFromUtf32(Convert.ToInt32(printable.Substring(i + 1, digits), 16)),
                    var other => throw new FormatException($"\\{other} is not an escape"),
                }
            );
            i += digits;
        }

        return text.ToString();
    }

    /// <summary>
    /// The cells of a row of a table, split as GitHub does. Source: GitHub Flavored Markdown, "Tables".
    /// </summary>
    public static string[] MarkdownCells(string line)
    {
        Assert.StartsWith("|", line);
        var cells = new List<string>();
        var cell = new StringBuilder();
        for (var i = 1; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length && line[i + 1] == '|')
            {
                cell.Append('|');
                i++;
            }
            else if (line[i] == '|')
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                cell.Append(line[i]);
            }
        }

        Assert.Equal("", cell.ToString());
        return [.. cells];
    }

    /// <summary>The text of a cell, which must be a single code span or text without any markup.</summary>
    public static string MarkdownText(string cell)
    {
        var fence = cell.Length - cell.TrimStart('`').Length;
        if (fence == 0)
        {
            Assert.Matches("^[A-Za-z0-9.:/-]*$", cell);
            return cell;
        }

        var code = cell[fence..^fence];
        Assert.EndsWith(new string('`', fence), cell);
        Assert.DoesNotMatch($"(?<!`)`{{{fence}}}(?!`)", code);
        return code.StartsWith(' ') && code.EndsWith(' ') && code.Trim().Length > 0 ? code[1..^1] : code;
    }
}
