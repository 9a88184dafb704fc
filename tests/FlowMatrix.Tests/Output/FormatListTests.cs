using System.Globalization;
using System.Text;
using FlowMatrix.Core.Model;
using FlowMatrix.Output;
using FlowMatrix.Output.Firewall;
using FlowMatrix.Output.Graphs;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Output;

/// <summary>Tests of every registered format. A new format is covered by being in the list.</summary>
public sealed class FormatListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Each format that writes to a stream.</summary>
    public static TheoryData<string> Written => [.. FormatList.All.Where(IsWritten).Select(format => format.Name)];

    /// <summary>Each format that writes to a stream, with each option that changes the content.</summary>
    public static TheoryData<string, string> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, string>();
            foreach (var format in FormatList.All.Where(IsWritten))
            {
                shapes.Add(format.Name, "");
                shapes.Add(format.Name, "--explain");
                if (format.Writer<GroupedMatrix>() is not null)
                {
                    foreach (var by in Enum.GetValues<GroupBy>())
                    {
                        shapes.Add(format.Name, $"--group-by {by.ToString().ToLowerInvariant()}");
                    }
                }

                if (format.Writer<MatrixDiff>() is not null)
                {
                    shapes.Add(format.Name, "--baseline");
                }
            }

            return shapes;
        }
    }

    public static TheoryData<string> WithoutDifferences =>
        [.. FormatList.All.Where(format => format.Writer<MatrixDiff>() is null).Select(format => format.Name)];

    public static TheoryData<string> OfDifferences =>
        [.. FormatList.All.Where(format => format.Writer<MatrixDiff>() is not null).Select(format => format.Name)];

    public static TheoryData<string> OfServices =>
        [.. FormatList.All.Where(format => format.Writer<ServiceList>() is not null).Select(format => format.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Hostile_names_never_control_a_terminal(string format, string shape)
    {
        var run = await OnHostileEstateAsync(format, shape);

        if (!Find(format).IsBinary)
        {
            // The scripts of the page contain some. Names must not add any.
            Assert.Equal(Controls((await Run.OnSampleAsync("-f", format)).Text), Controls(run.Text));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task The_same_input_gives_the_same_bytes(string format, string shape)
    {
        var first = await OnHostileEstateAsync(format, shape);
        var second = await OnHostileEstateAsync(format, shape);

        Assert.NotEmpty(first.Output);
        Assert.True(first.Output.AsSpan().SequenceEqual(second.Output), $"{format} {shape}: not the same bytes");
    }

    [Fact]
    public async Task A_pdf_has_a_fixed_creation_date() =>
        Assert.Contains(
            "/CreationDate (D:19700101000000",
            Encoding.Latin1.GetString((await Run.OnSampleAsync("-f", "pdf")).Output)
        );

    [Theory]
    [MemberData(nameof(OfServices))]
    public async Task Lists_of_services_are_harmless_and_reproducible(string format)
    {
        var first = await ServicesAsync(format);
        var second = await ServicesAsync(format);

        Assert.Equal(first.Output, second.Output);
        if (!Find(format).IsBinary)
        {
            Assert.Equal(0, Controls(first.Text));
        }
    }

    [Theory]
    [MemberData(nameof(Written))]
    public async Task A_reader_that_closes_its_pipe_is_not_an_error(string format)
    {
        using var closed = new ClosedPipe();

        var run = await Run.OnSampleAsync(new RunEnvironment { Output = closed }, "-f", format);

        run.Succeeded();
        Assert.True(closed.WasWritten);
    }

    [Theory]
    [MemberData(nameof(Written))]
    public async Task Output_is_read_as_the_same_rows_or_refused_in_one_line(string format)
    {
        var path = _folder.PathOf("matrix.out");
        (await Run.OnSampleAsync("-f", format, "-o", path)).Succeeded();

        var run = await Run.WithAsync("-i", path);

        if (run.ExitCode == 0)
        {
            Assert.Equal((await Run.OnSampleAsync()).Text, run.Succeeded().Text);
        }
        else
        {
            run.Failed(4, path);
        }
    }

    [Theory]
    [MemberData(nameof(WithoutDifferences))]
    public async Task A_format_without_differences_is_refused_before_anything_is_read(string format)
    {
        (await Run.WithAsync("diff", "no-such-file", "no-such-file", "-f", format)).Failed(
            2,
            format,
            "cannot show differences"
        );
        (await Run.WithAsync("-i", "no-such-file", "--baseline", "no-such-file", "-f", format)).Failed(2);
    }

    [Fact]
    public void Names_and_extensions_select_one_format_each()
    {
        var names = FormatList.All.Select(format => format.Name);
        var extensions = FormatList.All.SelectMany(format => format.Extensions).ToList();

        Assert.Equal(names.Distinct(StringComparer.OrdinalIgnoreCase), names);
        Assert.Equal(extensions.Distinct(StringComparer.OrdinalIgnoreCase), extensions);
        Assert.All(extensions, extension => Assert.Matches(@"^\.[a-z0-9]+$", extension));
    }

    [Theory]
    [MemberData(nameof(OfServices))]
    public void A_format_for_services_is_in_their_document(string format) =>
        Assert.Contains($"`{format}`", Paragraph("docs/guide.md", "The formats of this command are "));

    [Theory]
    [MemberData(nameof(OfDifferences))]
    public void A_format_for_differences_is_in_their_document(string format) =>
        Assert.Contains(
            Find(format) is GraphvizFormat ? "pictures" : $"`{format}`",
            Paragraph("docs/policies.md", "**Formats.** ")
        );

    /// <summary>The paragraph of a document that begins so.</summary>
    private static Format Find(string name) => FormatList.All.Single(format => format.Name == name);

    private static string Paragraph(string path, string beginning) =>
        Assert.Single(
            File.ReadAllText(Repository.PathOf(path)).Split("\n\n"),
            paragraph => paragraph.StartsWith(beginning, StringComparison.Ordinal)
        );

    private async Task<Run> OnHostileEstateAsync(string format, string shape)
    {
        List<string> arguments = ["-i", "-", "-f", format, .. shape.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        if (shape == "--baseline")
        {
            // Some rows are added, and some removed.
            var (before, rows) = (_folder.PathOf("before.csv"), Matched.Rows(HostileEstate.Matrix).Count());
            await Run.WithAsync(
                new RunEnvironment { Input = HostileEstate.Json },
                ["-i", "-", "-o", before, "--not", "--port", "8001"]
            );
            arguments.AddRange([before, "--not", "--port", "8002"]);
            var compared = await Run.WithAsync(new RunEnvironment { Input = HostileEstate.Json }, [.. arguments]);
            Assert.Equal(1, compared.ExitCode);
            Assert.True(rows > 0);
            return compared;
        }

        var run = await Run.WithAsync(new RunEnvironment { Input = HostileEstate.Json }, [.. arguments]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private static async Task<Run> ServicesAsync(string format) =>
        (
            await Run.WithAsync(new RunEnvironment { Input = HostileEstate.Json }, "services", "-i", "-", "-f", format)
        ).Succeeded();

    private static bool IsWritten(Format format) =>
        format.Writer<Matrix>() is not null || format.Writer<FirewallDraft>() is not null;

    /// <summary>Counts control and formatting characters, except line ends and tabs that indent a line.</summary>
    private static int Controls(string text) =>
        text.Split('\n')
            .SelectMany(line => line.TrimStart('\t').EnumerateRunes())
            .Count(rune =>
                Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
            );

    /// <summary>Standard output whose reader is gone, as with "| head": each write fails with EPIPE.</summary>
    private sealed class ClosedPipe : Stream
    {
        public bool WasWritten { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override void Write(byte[] buffer, int offset, int count)
        {
            WasWritten = true;
            throw new IOException("Broken pipe", OperatingSystem.IsWindows() ? unchecked((int)0x8007006D) : 32);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
