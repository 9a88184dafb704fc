using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Files;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Skydive;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>Which analyzer, what to ask it, and how to log in.</summary>
internal sealed class AnalyzerSourceOptions : OptionGroup, ISourceKind
{
    private const string AnalyzerVariable = "SKYDIVE_ANALYZER";
    private const int MaxPasswordFileLength = 64 * 1024;

    private readonly Option<string?> _analyzer;
    private readonly Option<string?> _save;
    private readonly ValueOption<PointInTime> _at;
    private readonly ValueOption<TimeSpan?> _duration;
    private readonly Option<bool> _useFlows;
    private readonly Option<string?> _username;
    private readonly Option<string?> _password;
    private readonly Option<string?> _passwordFile;
    private readonly Option<bool> _ssl;
    private readonly Option<string?> _caCertificate;
    private readonly Option<string?> _certificate;
    private readonly Option<string?> _key;
    private readonly Option<bool> _insecure;
    private readonly ValueOption<int?> _hostsPerRequest;
    private readonly ValueOption<TimeSpan?> _timeout;
    private readonly ValueOption<int?> _retries;

    /// <param name="compared">For diff, which reads two matrices: it has options for the time of each.</param>
    /// <param name="live">For commands that follow an analyzer: without the past, and without saved answers.</param>
    public AnalyzerSourceOptions(bool compared = false, bool live = false)
        : base(compared ? "Source (when not a file)" : "Source")
    {
        _analyzer = Text(
            "--analyzer",
            "host[:port]|URL",
            "skydive.example.com:8082",
            $"Skydive analyzer to query; environment variable {AnalyzerVariable} [default: {AnalyzerAddress.Default}]",
            "-a"
        );
        _save = Text(
                "--save",
                "file",
                "day.json.gz",
                "save the analyzer's answers to this file, to be read with --input (.gz compresses)"
            )
            .Writes();
        _at = Value<PointInTime>(
            "--at",
            "time",
            "-10m",
            TryParseMoment,
            "show the matrix at a time in the past: -10m, ISO 8601, RFC 1123"
        );
        _duration = Duration(
            "--duration",
            "10m",
            "with --at: include what was seen in this interval before it: 60s, 1h30m"
        );
        _useFlows = Switch("--use-flows", "also read sockets from captured flows; useful with --at");
        _username = Text("--username", "name", "admin", "log in as this user; environment variable SKYDIVE_USERNAME");
        _password = Text(
            "--password",
            "text",
            "text",
            "visible to other users of this machine: prefer --password-file or the environment variable "
                + "SKYDIVE_PASSWORD"
        );
        _passwordFile = Text("--password-file", "file", "pw", "read the password from the first line of this file")
            .Reads();
        _ssl = Switch("--ssl", "use TLS, as with an https:// URL");
        _caCertificate = Text("--cacert", "file", "ca.pem", "trust this CA certificate (PEM)").Reads();
        _certificate = Text("--cert", "file", "client.pem", "client certificate (PEM)").Reads();
        _key = Text(
                compared ? "--cert-key" : "--key",
                "file",
                "client.key",
                "private key of the client certificate (PEM), if it is not in the same file",
                compared ? [] : ["--cert-key"]
            )
            .Reads();
        _insecure = Switch("--insecure", "skip TLS certificate verification (insecure)");
        _hostsPerRequest = Number(
            "--hosts-per-request",
            "20",
            min: 1,
            max: 100_000,
            "number of hosts per request [default: 50]"
        );
        _timeout = Duration("--timeout", "2m", "time limit of each request, and of each host over ssh [default: 60s]");
        _retries = Number("--retries", "5", min: 0, max: 100, "number of retries for transient errors [default: 3]");
        if (compared)
        {
            Drop(_save, _at);
        }
        else if (live)
        {
            Drop(_save, _at, _duration, _useFlows, _hostsPerRequest);
        }
    }

    public string Description => "an analyzer";

    public IReadOnlyList<Option> Selectors => [_analyzer];

    /// <summary>Not login, timeouts and retries: scripts give them to all runs.</summary>
    public IReadOnlyList<Option> Required => [_analyzer, _save, _at, _duration, .. TlsOptions];

    public ISource Bind(ParseResult parsed, CommandEnvironment environment) => Bind(parsed, environment, _at);

    public int HostsPerRequest(ParseResult parsed) => _hostsPerRequest.Get(parsed) ?? 50;

    /// <param name="at">The option with the time to ask for.</param>
    public ISource Bind(ParseResult parsed, CommandEnvironment environment, ValueOption<PointInTime> at) =>
        new AnalyzerSource(Analyzer(parsed, environment), Query(parsed, at, environment.Time.GetUtcNow()));

    /// <summary>Whether an option or a variable names the analyzer.</summary>
    public bool NamesAnalyzer(ParseResult parsed, CommandEnvironment environment) =>
        parsed.GetResult(_analyzer) is not null || environment.Variable(AnalyzerVariable) is not null;

    /// <summary>The analyzer to query.</summary>
    public AnalyzerOptions Analyzer(ParseResult parsed, CommandEnvironment environment) =>
        Analyzer(
            parsed,
            environment,
            parsed.GetValue(_analyzer) is null ? AnalyzerVariable : _analyzer.Name,
            parsed.GetValue(_analyzer) ?? environment.Variable(AnalyzerVariable) ?? AnalyzerAddress.Default
        );

    /// <summary>An analyzer that another option names; login, TLS and limits are the same.</summary>
    /// <param name="name">The option or variable, for messages.</param>
    public AnalyzerOptions Analyzer(ParseResult parsed, CommandEnvironment environment, string name, string text)
    {
        if (!AnalyzerAddress.TryParse(text, parsed.GetValue(_ssl), out var address, out var problem))
        {
            // The address may contain a password by mistake, so it is not shown.
            var shown = text.Contains('@', StringComparison.Ordinal) ? "" : $" \"{text}\":";
            throw new Failure(FailureKind.Usage, $"{name}{shown} {problem}");
        }

        if (address.Scheme == Uri.UriSchemeHttp && FindGiven(parsed, TlsOptions) is { } misplaced)
        {
            throw new Failure(FailureKind.Usage, $"{misplaced.Name} needs TLS: add --ssl, or use an https:// URL");
        }

        var (username, password) = Credentials(parsed, environment);
        var (certificate, key) = (parsed.GetValue(_certificate), parsed.GetValue(_key));
        if (key is not null && certificate is null)
        {
            throw new Failure(FailureKind.Usage, $"{_key.Name} needs --cert");
        }

        return new AnalyzerOptions(address, environment.Time)
        {
            IsAssumed = !NamesAnalyzer(parsed, environment) && name == AnalyzerVariable,
            Username = username,
            Password = password,
            Secrets = environment.Secrets,
            Tls = new TlsOptions
            {
                CaCertificate = parsed.GetValue(_caCertificate),
                Certificate = certificate,
                Key = key,
                Insecure = parsed.GetValue(_insecure),
            },
            Timeout = TimeLimit(parsed),
            Retries = Retries(parsed),
        };
    }

    private Option[] TlsOptions => [_caCertificate, _certificate, _key, _insecure];

    public TimeSpan TimeLimit(ParseResult parsed) => _timeout.Get(parsed) ?? TimeSpan.FromSeconds(60);

    private int Retries(ParseResult parsed) => _retries.Get(parsed) ?? 3;

    /// <summary>A moment in one of the forms that the analyzer knows.</summary>
    public static bool TryParseMoment(string text, out PointInTime? value, out string? problem)
    {
        var isMoment = PointInTime.TryParse(text, out value, out problem);
        problem = isMoment ? null : $": {problem}";
        return isMoment;
    }

    private AnalyzerQuery Query(ParseResult parsed, ValueOption<PointInTime> at, DateTimeOffset now)
    {
        var moment = at.Get(parsed);
        if (moment?.FindProblem(now) is { } problem)
        {
            throw Wrong(at, problem);
        }

        return new AnalyzerQuery
        {
            At = moment,
            Duration = _duration.Get(parsed),
            UseFlows = parsed.GetValue(_useFlows),
            HostsPerRequest = HostsPerRequest(parsed),
            SaveTo = parsed.GetValue(_save),
        };
    }

    private (string? Username, string? Password) Credentials(ParseResult parsed, CommandEnvironment environment)
    {
        var username = parsed.GetValue(_username) ?? environment.Variable("SKYDIVE_USERNAME");
        var password = parsed.GetValue(_password);
        if (parsed.GetValue(_passwordFile) is { } file)
        {
            if (password is not null)
            {
                throw new Failure(FailureKind.Usage, "--password and --password-file: use one or the other");
            }

            password = FirstLine(file);
        }

        password ??= environment.Variable("SKYDIVE_PASSWORD");
        return (username, password) switch
        {
            (null, not null) => throw new Failure(
                FailureKind.Usage,
                "a password needs a user name: give --username, or set SKYDIVE_USERNAME"
            ),
            (not null, null) => throw new Failure(
                FailureKind.Usage,
                "--username needs a password: give --password-file, or set SKYDIVE_PASSWORD"
            ),
            _ => (username, password),
        };
    }

    private static string FirstLine(string file)
    {
        try
        {
            using var text = new StringReader(SmallFile.ReadText(file, MaxPasswordFileLength));
            return text.ReadLine() is { Length: > 0 } line
                ? line
                : throw new Failure(FailureKind.Usage, $"--password-file {file}: its first line is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(FailureKind.Usage, $"--password-file {file}: {UnreadableFile.Why(file, e)}", e);
        }
    }
}
