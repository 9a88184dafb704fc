using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FlowMatrix.Output.Events;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Processes;

/// <summary>The live view of watch in a pseudo-terminal.</summary>
public sealed class ScreenTests
{
    [Theory]
    [InlineData("plain", 10, "plain")]
    [InlineData("eleven char", 10, "eleven ch…")]
    [InlineData("日本語日本語", 7, "日本語…")]
    [InlineData("🦊🦊🦊", 5, "🦊🦊…")]
    public void Texts_are_cut_to_the_available_cells(string text, int width, string shown) =>
        Assert.Equal(shown, EventGrid.Cut(text, width));

    [Fact]
    public void A_name_of_millions_of_characters_is_cut()
    {
        Assert.Equal(new string('x', 79) + "…", EventGrid.Cut(new string('x', 5_000_000), 80));
        Assert.InRange(EventGrid.Cut("a" + new string('\u0301', 5_000_000), 80).Length, 1, 1000);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(12)]
    public void No_line_is_wider_than_the_terminal(int width)
    {
        var change = new EventLine(
            true,
            DateTimeOffset.UnixEpoch,
            ["TCP", "service-host", "10.0.0.1", "65535", "mariadbd", "client-host", "10.0.0.2", "nova-compute"]
        );

        var lines = EventGrid.Lines([change], width, DateTimeOffset.UtcNow, color: false).ToList();

        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
    }

    [Theory]
    [InlineData(24, 80, "+ 00:00:00 TCP vm-1         3306 mariadbd web-1       curl")]
    [InlineData(24, 120, "+ 00:00:00 TCP vm-1         10.0.0.15 3306 mariadbd web-1       10.0.0.2  curl")]
    [InlineData(6, 50, "+ 00:00:00 TCP vm-1   3306 maria… web-1   curl")]
    public async Task The_newest_events_come_first_in_columns_that_fit(int rows, int columns, string newest)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        using var terminal = Watch(analyzer, rows, columns, "--initial");
        var subscriber = await analyzer.Subscribers.NextAsync();
        await terminal.WaitForAsync("2 hosts, 99 sockets, 29 rows");
        await subscriber.SendAsync("NodeUpdated", Client(1, "curl"));

        var shown = await terminal.WaitForAsync("curl");

        Assert.Contains(": 3 hosts, 100 sockets, 30 rows", shown.Lines[0]);
        Assert.StartsWith("  UTC", shown.Lines[2]);
        Assert.Equal(newest, Regex.Replace(shown.Lines[3], @"\d\d:\d\d:\d\d", "00:00:00"));
        Assert.Contains("etcd", shown.Lines[4]);
        Assert.Equal(rows - 1, shown.Cursor[0]);
        Assert.Equal("before", shown.Above.Last(line => line.Length > 0));
    }

    [Fact]
    public async Task A_terminal_with_few_lines_shows_only_the_counts()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        using var terminal = Watch(analyzer, 3, 40, "--initial");

        var shown = await terminal.WaitForAsync("2 hosts, 99");

        Assert.EndsWith("…", shown.Text);
    }

    [Fact]
    public async Task Ctrl_C_leaves_the_last_frame_and_restores_the_terminal()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        using var terminal = Watch(analyzer, 24, 80, "--initial --from-process uwsgi");
        await terminal.WaitForAsync("3 of 29 rows");

        await terminal.TypeAsync(@"\x03");
        var shown = await terminal.EndAsync();

        Assert.Equal(130, shown.Exit);
        Assert.Equal("--from-process uwsgi", shown.Lines[1]);
        Assert.Contains("uwsgi", shown.Lines[6]);
        Assert.Matches(@"^(\^C)?after$", shown.Lines[7]);
        Assert.True(shown.CursorShown);
        HasOnlyHarmlessEscapes(shown);
    }

    [Fact]
    public async Task A_failure_before_the_first_answer_is_reported_without_drawing()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Username = "admin", Password = "secret" }
        );
        using var terminal = Watch(analyzer, 24, 80, "--username admin --password wrong");

        var shown = await terminal.EndAsync();

        Assert.Equal(3, shown.Exit);
        Assert.Equal("before", shown.Lines[0]);
        Assert.Contains("flowmatrix: ", shown.Lines[1]);
        Assert.Equal("after", shown.Text.Split('\n')[^1]);
        Assert.DoesNotContain('\x1b', shown.Raw);
    }

    [Fact]
    public async Task A_lost_connection_is_reported_on_the_screen()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        using var terminal = Watch(analyzer, 24, 120, "--initial --to-port 53");
        await terminal.WaitForAsync("dnsmasq");

        analyzer.Subscribers.Drop();
        var shown = await terminal.WaitForAsync("connected again");

        Assert.Contains("1 of 29 rows", shown.Lines[0]);
        Assert.Contains("flowmatrix: warning: ", shown.Lines[2]);
        Assert.Contains("dnsmasq", shown.Lines[5]);
        Assert.Equal(6, shown.Text.Split('\n').Length);
    }

    [Fact]
    public async Task The_screen_is_redrawn_when_the_terminal_changes_its_size()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        using var terminal = Watch(analyzer, 24, 120, "--initial --to-port 53");
        await terminal.WaitForAsync("10.0.0.14");

        await terminal.ResizeAsync(10, 44);
        var shown = await terminal.WaitForAsync("…");

        Assert.DoesNotContain("10.0.0.14", shown.Text);
        Assert.Contains("nova", shown.Lines[4]);
    }

    [Fact]
    public async Task Names_from_the_network_cannot_draw_on_the_terminal()
    {
        string[] names =
        [
            "\u001b[31mred",
            "\u001b]0;title\a",
            "two\r\nlines",
            "c1\u009b2J",
            "rtl\u202etxt",
            "日本語日本語",
            "\u001b[?1049h",
            "[bold]",
        ];
        var graph = FakeGraph.Recorded();
        graph.Nodes.Add(Client(1, names));
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        using var terminal = Watch(analyzer, 24, 80, "--initial --from-host web-1");

        var shown = await terminal.WaitForAsync("3 hosts");

        Assert.Equal(4 + names.Length, shown.Text.Split('\n').Length);
        Assert.Contains(@"\x1b[31mred", shown.Text);
        Assert.Contains(@"two\r\nlines", shown.Text);
        Assert.Contains("日本語", shown.Text.Replace(" ", "", StringComparison.Ordinal));
        HasOnlyHarmlessEscapes(shown);
        Assert.All(shown.Text.Split('\n')[4..], line => Assert.StartsWith("+ ", line));
    }

    [Fact]
    public async Task A_terminal_without_escape_sequences_gets_plain_lines()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        using var terminal = PseudoTerminal.Start(
            24,
            120,
            $"TERM=dumb $flowmatrix watch -a {analyzer.Address} --initial --to-port 53 --until-stable 200ms"
        );

        var shown = await terminal.EndAsync();

        Assert.Equal(0, shown.Exit);
        Assert.Matches(@"^\+ \S+Z  UDP  vm-1 10.0.0.15 53 dnsmasq  from  vm-2 10.0.0.14 nova-compute$", shown.Text);
        Assert.DoesNotContain('\x1b', shown.Raw);
    }

    [Fact]
    public async Task NO_COLOR_turns_colours_off()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        using var terminal = PseudoTerminal.Start(
            24,
            80,
            $"NO_COLOR=1 $flowmatrix watch -a {analyzer.Address} --initial"
        );

        var shown = await terminal.WaitForAsync("mariadbd");

        Assert.DoesNotMatch(@"\x1b\[[0-9;]*m", shown.Raw);
    }

    [Fact]
    public async Task Progress_is_not_shown_between_lines_that_go_elsewhere()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        using var terminal = Watch(analyzer, 24, 80, "-f csv --initial --until-stable 200ms >/dev/null");

        var shown = await terminal.EndAsync();

        Assert.Equal((0, "before\nafter"), (shown.Exit!.Value, shown.Text));
    }

    [Fact]
    public async Task No_command_changes_the_modes_of_the_terminal()
    {
        using var terminal = PseudoTerminal.Start(
            24,
            80,
            "$flowmatrix --version; $flowmatrix --bogus; $flowmatrix -i /dev/null"
        );

        var shown = await terminal.EndAsync();

        Assert.Contains("unknown option --bogus", shown.Text);
        Assert.DoesNotContain("\x1b[?", shown.Raw);
        Assert.DoesNotContain("\x1b=", shown.Raw);
    }

    private static void HasOnlyHarmlessEscapes(Shown shown) =>
        Assert.DoesNotContain('\x1b', Regex.Replace(shown.Raw, @"\x1b\[(\?25[lh]|[HKJ]|[0-9]{0,2}m)", ""));

    private static PseudoTerminal Watch(FakeAnalyzer analyzer, int rows, int columns, string more) =>
        PseudoTerminal.Start(
            rows,
            columns,
            $"echo before; $flowmatrix watch -a {analyzer.Address} --settle 0s {more}; code=$?; echo after; exit $code"
        );

    private static JsonObject Client(int revision, params string[] names) =>
        new()
        {
            ["ID"] = "c",
            ["Revision"] = revision,
            ["CreatedAt"] = 1,
            ["Metadata"] = new JsonObject
            {
                ["Name"] = "web-1",
                ["Type"] = "host",
                ["Sockets"] = new JsonArray([
                    .. names.Select(
                        (name, i) => FakeGraph.Socket("10.0.0.2", 40000 + i, "10.0.0.15", 3306, "ESTABLISHED", name)
                    ),
                ]),
            },
            ["Host"] = "web-1",
        };
}
