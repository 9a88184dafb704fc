using System.Runtime.Versioning;
using System.Text;
using System.Xml.Linq;
using CliWrap;
using FlowMatrix.Output.Graphs;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Processes;

/// <summary>Pictures drawn by the installed Graphviz.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class GraphvizTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Engines => [.. Graphviz.Engines];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("png", "\u0089PNG")]
    [InlineData("pdf", "%PDF")]
    [InlineData("gif", "GIF8")]
    public async Task A_picture_has_the_format_that_was_asked_for(string format, string begins)
    {
        var run = await Tool.RunAsync("-i", Sample.Estate, "-f", format);

        Assert.StartsWith(begins, Encoding.Latin1.GetString(run.Succeeded().Output));
    }

    [Fact]
    public async Task An_svg_is_well_formed_and_contains_hosts_and_processes()
    {
        var run = await Tool.RunAsync("-i", Sample.Estate, "-f", "svg");

        var texts = Texts(run.Succeeded().Output);

        Assert.Contains(texts, text => text.Contains("vm-1", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains("vm-2", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains("nova-compute", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Every_layout_engine_works(string engine)
    {
        var run = await Tool.RunAsync("-i", Sample.Estate, "-f", "svg", "--engine", engine);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(Texts(run.Output), text => text.Contains("nova-compute", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_Graphviz_the_error_explains_how_to_install_it()
    {
        var run = await Tool.RunAsync(WithPath(_folder.FullName, "-i", Sample.Estate, "-f", "png"));

        run.Failed(5, "Graphviz is not installed", "apt install graphviz", "--format dot");
    }

    [Fact]
    public async Task Without_Graphviz_dot_is_still_written()
    {
        var run = await Tool.RunAsync(WithPath(_folder.FullName, "-i", Sample.Estate, "-f", "dot"));

        Assert.Equal((await Run.OnSampleAsync("-f", "dot")).Text, run.Succeeded().Text);
    }

    [Fact]
    public async Task A_program_called_dot_in_the_current_folder_is_not_run()
    {
        Program("touch ran");

        var run = await Tool.RunAsync(
            WithPath("/nowhere::.", "-i", Sample.Estate, "-f", "png").WithWorkingDirectory(_folder.FullName)
        );

        run.Failed(5, "Graphviz is not installed");
        Assert.Equal(["dot"], _folder.Files);
    }

    [Fact]
    public async Task The_error_message_of_Graphviz_is_reported()
    {
        Program("echo 'Error: out of paint' >&2\nexit 1");

        var run = await Tool.RunAsync(
            WithPath(_folder.FullName, "-i", Sample.Estate, "-o", _folder.PathOf("matrix.png"))
        );

        run.Failed(5, "out of paint", "exit code 1");
        Assert.Equal(["dot"], _folder.Files);
    }

    [Fact]
    public async Task Warnings_of_Graphviz_do_not_get_into_the_picture()
    {
        Program("echo 'Warning: slow' >&2\ncat");

        var run = await Tool.RunAsync(WithPath(_folder.FullName, "-i", Sample.Estate, "-f", "png"));

        Assert.StartsWith("digraph", run.Succeeded().Text);
    }

    private static Command WithPath(string path, params string[] arguments) =>
        Tool.Command(arguments).WithEnvironmentVariables(variables => variables.Set("PATH", path));

    private static List<string> Texts(byte[] svg)
    {
        using var stream = new MemoryStream(svg);
        return
        [
            .. XDocument
                .Load(stream)
                .Descendants()
                .Where(element => element.Name.LocalName == "text")
                .Select(element => element.Value),
        ];
    }

    private void Program(string script)
    {
        var file = _folder.Write("dot", $"#!/bin/bash\nPATH=/usr/bin:/bin\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
