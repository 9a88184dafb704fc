using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Files;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Linux.Ssh;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>Which hosts are read over ssh, and how.</summary>
internal sealed class SshSourceOptions : OptionGroup, ISourceKind
{
    private const int DefaultParallel = 8;
    private const int MaxParallel = 64;

    private readonly AnalyzerSourceOptions _analyzer;
    private readonly Option<string[]> _ssh;
    private readonly Option<string?> _sshFile;
    private readonly ValueOption<int?> _parallel;
    private readonly Option<bool> _noSudo;

    /// <param name="analyzer">Has the time limit, which is for all live sources.</param>
    public SshSourceOptions(AnalyzerSourceOptions analyzer)
        : base("Hosts over ssh")
    {
        _analyzer = analyzer;
        _ssh = Texts(
            "--ssh",
            "host,…",
            "web01,admin@db01:2222",
            "read the sockets of these Linux hosts through the system's ssh, with your configuration and keys"
        );
        _sshFile = Text("--ssh-file", "file", "hosts.txt", "the same for the hosts in this file, one per line").Reads();
        _parallel = Number(
            "--ssh-parallel",
            "8",
            min: 1,
            max: MaxParallel,
            $"number of hosts that are read at once [default: {DefaultParallel}]"
        );
        _noSudo = Switch(
            "--no-sudo",
            "do not try sudo on the hosts; without root, processes of other users are unknown"
        );
    }

    public string Description => "hosts over ssh";

    public IReadOnlyList<Option> Selectors => [_ssh, _sshFile];

    public IReadOnlyList<Option> Required => [_ssh, _sshFile, _parallel, _noSudo];

    public ISource Bind(ParseResult parsed, CommandEnvironment environment)
    {
        var destinations = (parsed.GetValue(_ssh) ?? [])
            .SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries))
            .Select(text => Destination(_ssh.Name, text))
            .Concat(parsed.GetValue(_sshFile) is { } file ? ReadFile(file) : [])
            .DistinctBy(destination => destination.Text)
            .ToList();
        return new SshSource(
            destinations,
            new SshSettings(
                environment.Program("ssh"),
                _parallel.Get(parsed) ?? DefaultParallel,
                _analyzer.TimeLimit(parsed),
                !parsed.GetValue(_noSudo)
            ),
            environment.Time
        );
    }

    /// <summary>One destination per line. What follows a "#" is a comment.</summary>
    private static List<SshDestination> ReadFile(string file)
    {
        var lines = ReadText(file).Split('\n');
        var destinations = new List<SshDestination>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Split('#')[0].Trim() is { Length: > 0 } text)
            {
                destinations.Add(Destination($"{file}: line {i + 1}", text));
            }
        }

        return destinations.Count > 0 ? destinations : throw new Failure(FailureKind.Usage, $"{file}: names no hosts");
    }

    private static string ReadText(string file)
    {
        try
        {
            return SmallFile.ReadText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(FailureKind.Usage, $"cannot read {file}: {UnreadableFile.Why(file, e)}", e);
        }
    }

    private static SshDestination Destination(string where, string text) =>
        SshDestination.TryParse(text, out var destination, out var problem)
            ? destination
            : throw new Failure(FailureKind.Usage, $"{where}: \"{text}\" {problem}");
}
