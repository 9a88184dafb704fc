using System.CommandLine;
using System.Text.RegularExpressions;
using FlowMatrix.Commands;
using FlowMatrix.Options;
using FlowMatrix.Terminal;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Commands;

/// <summary>What holds for every command and option. A new one is tested by being registered.</summary>
public sealed class RegisteredOptionsTests : IDisposable
{
    private static readonly CommandEnvironment Environment = new()
    {
        Input = () => Stream.Null,
        Output = Stream.Null,
        Error = TextWriter.Null,
        Variable = _ => null,
        Time = TimeProvider.System,
    };

    private static readonly IReadOnlyList<CommandEntry> All = CommandList.All;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Commands => [.. All.Select(command => command.Name)];

    public static IEnumerable<object[]> Options =>
        from command in All
        from option in OptionsOf(command.Create(Environment))
        select new object[] { command.Name, option.Name };

    public static IEnumerable<object[]> OptionsWithValues =>
        from command in All
        from option in OptionsOf(command.Create(Environment))
        where option is not Option<bool>
        select new object[] { command.Name, option.Name };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_is_in_the_help_and_in_the_documents(string name)
    {
        Assert.Contains(name == All[0].Name ? "Usage:" : $"\n  {name} ", await HelpAsync(All[0].Name));
        Assert.Contains($"flowmatrix {(name == All[0].Name ? "-" : name)}", Documents());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_examples_of_a_command_are_valid(string name)
    {
        var lines = Find(name).Examples.Split('\n').Skip(1).ToList();

        Assert.NotEmpty(lines);
        Assert.All(
            lines,
            line =>
            {
                var parsed = CommandLine.Parse(Words(line), Environment);
                Assert.Empty(parsed.Errors);
                Assert.Empty(parsed.UnmatchedTokens);
            }
        );
    }

    [Theory]
    [MemberData(nameof(Options))]
    public async Task An_option_is_in_the_help_and_in_the_documents(string command, string name)
    {
        var option = Find(command, name);
        if (option.Hidden)
        {
            return;
        }

        Assert.NotEmpty(((Option)option).Description ?? "");
        var (help, documents) = (await HelpAsync(command), Documents());
        Assert.All(
            option.Names,
            alias =>
            {
                Assert.Matches($@"\n  (\S+, )*{Regex.Escape(alias)}(, | |\n)", help);
                Assert.Matches($@"(?<![\w-]){Regex.Escape(alias)}(?![\w-])", documents);
            }
        );
    }

    [Theory]
    [MemberData(nameof(OptionsWithValues))]
    public async Task An_option_has_an_example_which_is_valid_and_is_shown_if_the_value_is_missing(
        string command,
        string name
    )
    {
        var option = Find(command, name);
        var example = option.Facts.Example;
        Assert.NotNull(example);
        Assert.Null(option.FindProblem(example));
        foreach (var alias in option.Names)
        {
            var parsed = CommandLine.Parse([.. Name(command), alias, example], Environment);
            Assert.True(parsed.Errors.Count == 0 || IsRefused(option), string.Join('\n', parsed.Errors));
            if (((Option)option).Arity.MinimumNumberOfValues > 0)
            {
                var run = await Run.WithAsync([.. Name(command), alias]);
                Assert.Matches(
                    $"^flowmatrix: {alias} needs a value, as in {alias} [\"']?{Regex.Escape(example)}[\"']?; see",
                    run.Failed(2).Error
                );
            }
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task An_option_writes_no_file_that_another_one_reads_or_writes(string command)
    {
        var files = OptionsOf(Find(command)).Where(option => option.Facts.File is not null).ToList();
        var precious = _folder.Write("precious.json", "precious");
        foreach (var written in files.Where(option => option.Facts.File!.IsWritten))
        {
            foreach (var other in files.Where(other => other != written))
            {
                var run = await Run.WithAsync([
                    .. Name(command),
                    written.Name,
                    Value(written, precious),
                    other.Name,
                    Value(other, precious),
                ]);

                run.Failed(2, written.Name, other.Name, "use another file");
                Assert.Equal("precious", File.ReadAllText(precious));
            }
        }
    }

    [Fact]
    public void The_keys_of_the_settings_file_are_documented()
    {
        var section = File.ReadAllText(Repository.PathOf("docs/configuration.md")).Split("\n| key |")[1].Split("\n\n")[
            0
        ];

        Assert.Equal(
            Settings().SelectMany(Setting.KeysOf).Order(StringComparer.Ordinal),
            section
                .Split('\n')
                .Skip(2)
                .SelectMany(row => Regex.Matches(row.Split('|')[1], "`(.+?)`").Select(key => key.Groups[1].Value))
                .Order(StringComparer.Ordinal)
        );
    }

    /// <summary>All of them together: nothing matches, but each has to be accepted.</summary>
    [Fact]
    public async Task A_setting_means_the_same_on_the_command_line_and_in_the_file()
    {
        var settings = Settings().Where(option => option.Facts.Setting!.Form != SettingForm.Filters).ToList();
        var file = _folder.Write("all.yaml", string.Join('\n', settings.SelectMany(Lines)));

        var typed = await Run.OnSampleAsync(["-v", .. settings.SelectMany(Arguments)]);
        var read = await Run.OnSampleAsync("-v", "--config", file);

        Assert.Equal((0, 0), (typed.ExitCode, read.ExitCode));
        Assert.Equal(typed.Text, read.Text);
        Assert.Equal(Steps(typed), Steps(read));
        Assert.NotEmpty(Steps(typed));

        static IEnumerable<string> Steps(Run run) =>
            run.Error.Split('\n').Where(line => line.StartsWith("flowmatrix: --", StringComparison.Ordinal));

        static IEnumerable<string> Arguments(IToolOption option) =>
            Setting
                .KeysOf(option)
                .SelectMany(key =>
                    option is Option<bool> ? [$"--{key}"] : (string[])[$"--{key}", option.Facts.Example!]
                );

        static IEnumerable<string> Lines(IToolOption option) =>
            Setting
                .KeysOf(option)
                .Select(key =>
                    option.Facts.Setting!.Form switch
                    {
                        SettingForm.Switch => $"{key}: true",
                        SettingForm.Pairs => $"{key}: {{ {option.Facts.Setting.PairExample} }}",
                        _ => $"{key}: '{option.Facts.Example}'",
                    }
                );
    }

    private static IEnumerable<IToolOption> Settings() =>
        OptionsOf(All[0].Create(Environment)).Where(option => option.Facts.Setting is { IsListed: true });

    private static IEnumerable<IToolOption> OptionsOf(ICommand command) =>
        command.Groups.SelectMany(group => group.Options).Cast<IToolOption>();

    private static ICommand Find(string command) => All.Single(one => one.Name == command).Create(Environment);

    private static IToolOption Find(string command, string option) =>
        OptionsOf(Find(command)).Single(one => one.Name == option);

    private static string[] Name(string command) => command == All[0].Name ? [] : [command];

    /// <summary>The value that has the path in the place where the example has one.</summary>
    private static string Value(IToolOption option, string path) =>
        option.Facts.Example!.Replace(option.Facts.File!.PathIn(option.Facts.Example), path, StringComparison.Ordinal);

    private static bool IsRefused(IToolOption option) => option.Hidden && ((Option)option).Validators.Count > 1;

    private static async Task<string> HelpAsync(string command) =>
        (await Run.WithAsync([.. Name(command), "--help"])).Succeeded().Text;

    private static string Documents() =>
        string.Join(
            '\n',
            Directory
                .EnumerateFiles(Repository.PathOf("docs"), "*.md")
                .Append(Repository.PathOf("README.md"))
                .Select(File.ReadAllText)
        );

    /// <summary>The arguments of a line for a shell, without what it comes from and where it goes.</summary>
    private static string[] Words(string line) =>
        [
            .. Regex
                .Matches(
                    line[line.LastIndexOf("flowmatrix", StringComparison.Ordinal)..],
                    """[^\s"']+|"[^"]*"|'[^']*'"""
                )
                .Select(word => word.Value.Trim('"', '\''))
                .Skip(1)
                .TakeWhile(word => word is not ("|" or ">" or "2>" or "&")),
        ];
}
