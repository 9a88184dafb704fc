using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Fuzz;

namespace FlowMatrix.Tests.Sources.Files;

/// <summary>
/// For any input, a reader returns a result or fails with a one-line error. eng/fuzz.sh runs this for hours.
/// </summary>
public sealed class FuzzTests
{
    public static TheoryData<string> Seeds => [.. Reader.All.Select(reader => reader.Name)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_seed_inputs_are_read(string name)
    {
        var reader = Reader.All.Single(reader => reader.Name == name);

        // The only failures among them are a refused subscription, UTF-32 and an input without hosts.
        Assert.All(reader.Seeds, seed => Assert.Null(reader.Try(seed)));
    }

    [Fact]
    public void No_reader_hangs_or_throws_anything_but_a_failure()
    {
        var found = new List<string>();
        var campaign = new Campaign(seed: 10, timeout: TimeSpan.FromSeconds(10));

        campaign.Run(
            TimeSpan.FromSeconds(60),
            finding =>
                found.Add($"{finding.Reader.Name}: {finding.Problem} with {Convert.ToBase64String(finding.Input)}"),
            max: 4000
        );

        Assert.Empty(found);
        Assert.All(campaign.Tried, pair => Assert.True(pair.Value > 100, $"{pair.Key}: only {pair.Value} inputs"));
    }

    public static TheoryData<string> Framed =>
        [
            "saved",
            "recording",
            "csv",
            "saved.gz",
            "recording.gz",
            "csv.gz",
            "ndjson.gz",
            "json",
            "json.gz",
            "saved.utf16",
        ];

    [Theory]
    [MemberData(nameof(Framed))]
    public void A_file_truncated_anywhere_is_never_read_as_a_smaller_one(string form)
    {
        var whole = form.Split('.')[0] switch
        {
            "saved" => FuzzSeeds.Saved,
            "recording" => FuzzSeeds.Recording,
            "csv" => FuzzSeeds.Csv,
            "ndjson" => FuzzSeeds.Ndjson,
            _ => FuzzSeeds.Json,
        };
        whole =
            form.EndsWith(".gz", StringComparison.Ordinal) ? FuzzSeeds.Zip(whole)
            : form.EndsWith(".utf16", StringComparison.Ordinal)
                ? [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(whole))]
            : whole;
        var reader = Reader.All.Single(reader => reader.Name == "file");
        reader.Read(whole);
        for (var length = 0; length < whole.Length; length++)
        {
            // Missing white space does no harm, and missing lines of csv cannot be detected.
            var missing = whole[length..];
            if (
                Encoding.UTF8.GetString(missing).Trim('\n', '\0').Length == 0 && form is not "csv"
                || (form == "csv" && length > 0 && whole[length - 1] == '\n')
            )
            {
                continue;
            }

            Assert.Throws<Failure>(() => reader.Read(whole[..length]));
        }
    }
}
