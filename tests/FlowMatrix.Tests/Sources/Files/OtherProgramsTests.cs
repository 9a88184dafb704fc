using System.Text;
using FlowMatrix.Fuzz;
using FlowMatrix.Testing;

namespace FlowMatrix.Tests.Sources.Files;

/// <summary>Files that a shell, an editor or a spreadsheet saved again.</summary>
public sealed class OtherProgramsTests
{
    public static TheoryData<string, bool> Encodings =>
        new()
        {
            { "utf-16", false },
            { "utf-16", true },
            { "utf-16BE", false },
            { "utf-16BE", true },
            { "utf-8", false },
            { "utf-8", true },
        };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Every_form_may_be_utf_8_or_utf_16_compressed_or_not(string name, bool compressed)
    {
        var encoding = Encoding.GetEncoding(name);
        foreach (
            var text in new[]
            {
                await File.ReadAllTextAsync(Sample.Estate),
                await FormAsync("csv"),
                await FormAsync("json"),
                await FormAsync("ndjson"),
            }
        )
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];

            var run = await Run.WithAsync(
                new RunEnvironment { Input = compressed ? FuzzSeeds.Zip(bytes) : bytes },
                "-i",
                "-"
            );

            Assert.Equal((await Run.OnSampleAsync()).Text, run.Succeeded().Text);
        }
    }

    [Theory]
    [InlineData("utf-32")]
    [InlineData("utf-32BE")]
    public async Task Utf_32_is_refused_with_its_name(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(await File.ReadAllTextAsync(Sample.Estate))];

        (await Run.WithAsync(new RunEnvironment { Input = bytes }, "-i", "-")).Failed(4, "standard input: is UTF-32");
        (await Run.WithAsync(new RunEnvironment { Input = bytes[4..] }, "-i", "-")).Failed(
            4,
            "standard input: is UTF-32"
        );
    }

    [Fact]
    public async Task Utf_16_without_a_byte_order_mark_is_detected() =>
        Assert.Equal(
            (await Run.OnSampleAsync()).Text,
            (
                await Run.WithAsync(
                    new RunEnvironment
                    {
                        Input = Encoding.Unicode.GetBytes(await File.ReadAllTextAsync(Sample.Estate)),
                    },
                    "-i",
                    "-"
                )
            )
                .Succeeded()
                .Text
        );

    [Theory]
    [InlineData(';', "")]
    [InlineData('\t', "")]
    [InlineData(',', "")]
    [InlineData(';', "sep=;\r\n")]
    [InlineData(';', "\"sep=;\"\r\n")]
    [InlineData('\t', "sep=\t\r\n")]
    [InlineData('|', "sep=|\r\n")]
    [InlineData(';', "sep=;;;;;;;;;;\r\n")]
    public async Task A_csv_that_a_spreadsheet_saved_again_is_the_same_matrix(char separator, string first)
    {
        foreach (var header in new[] { true, false })
        {
            var csv = first + Resaved(await FormAsync("csv"), separator, header);
            foreach (var mark in new[] { "", "\uFEFF" })
            {
                var run = await Run.WithAsync(
                    new RunEnvironment { Input = Encoding.UTF8.GetBytes(mark + csv) },
                    "-i",
                    "-"
                );

                Assert.Equal((await Run.OnSampleAsync()).Text, run.Succeeded().Text);
            }
        }
    }

    /// <summary>A csv with line ends, quotes and empty rows as a spreadsheet writes them.</summary>
    private static string Resaved(string csv, char separator, bool header) =>
        string.Concat(
            csv.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Skip(header ? 0 : 1)
                .Select(line =>
                    string.Join(
                        separator,
                        line.Split(',').Select((field, i) => i == 4 && line[0] == 'T' ? $"\"{field}\"" : field)
                    ) + "\r\n"
                )
        )
        + new string(separator, 9)
        + "\r\n";

    private static async Task<string> FormAsync(string format) => (await Run.OnSampleAsync("-f", format)).Text;
}
