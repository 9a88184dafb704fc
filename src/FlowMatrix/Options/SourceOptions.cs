using System.CommandLine;
using System.Globalization;
using FlowMatrix.Core;
using FlowMatrix.Core.Time;
using FlowMatrix.Files;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Files;
using FlowMatrix.Sources.Skydive;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>Where the sockets come from, and how to get in there.</summary>
internal sealed class SourceOptions : OptionGroup
{
    private const string AnalyzerVariable = "SKYDIVE_ANALYZER";
    private const int LongestPasswordFile = 64 * 1024;

    private readonly Option<string?> _analyzer;
    private readonly Option<string[]> _input;
    private readonly Option<string?> _save;
    private readonly Option<string?> _at;
    private readonly Option<string?> _duration;
    private readonly Option<bool> _useFlows;
    private readonly Option<string?> _username;
    private readonly Option<string?> _password;
    private readonly Option<string?> _passwordFile;
    private readonly Option<bool> _ssl;
    private readonly Option<string?> _caCertificate;
    private readonly Option<string?> _certificate;
    private readonly Option<string?> _key;
    private readonly Option<bool> _insecure;
    private readonly Option<string?> _hostsPerRequest;
    private readonly Option<string?> _timeout;
    private readonly Option<string?> _retries;

    /// <param name="compared">Two matrices are read: files are then arguments, and moments are those of each.</param>
    /// <param name="live">Only what an analyzer that is followed needs: neither files nor the past.</param>
    public SourceOptions(bool compared = false, bool live = false)
        : base(compared ? "Source (when not a file)" : "Source")
    {
        _analyzer = Text(
            "--analyzer",
            "host[:port]|URL",
            $"Skydive analyzer to query; environment variable {AnalyzerVariable} [default: {AnalyzerAddress.Default}]",
            "-a"
        );
        _input = Texts(
            "--input",
            "file|-",
            "read from a file (.gz too), or from standard input with -, instead of an analyzer: saved answers, repeatable; "
                + "or one matrix that this tool wrote as csv, json or ndjson, or a recording; or csv of the original Python tool",
            "-i"
        );
        _save = Text(
            "--save",
            "file",
            "save the analyzer's answers to this file, to be read with --input (.gz compresses)"
        );
        _at = Text("--at", "time", "show the matrix at a time in the past: -10m, ISO 8601, RFC 1123");
        _duration = Text(
            "--duration",
            "time",
            "with --at: include what was seen in this interval before it: 60s, 1h30m"
        );
        _useFlows = Switch("--use-flows", "also read sockets from captured flows; useful with --at");
        _username = Text("--username", "name", "log in as this user; environment variable SKYDIVE_USERNAME");
        _password = Text(
            "--password",
            "text",
            "visible to other users of this machine: prefer --password-file or the environment variable SKYDIVE_PASSWORD"
        );
        _passwordFile = Text("--password-file", "file", "read the password from the first line of this file");
        _ssl = Switch("--ssl", "use TLS, as with an https:// URL");
        _caCertificate = Text("--cacert", "file", "trust this CA certificate (PEM)");
        _certificate = Text("--cert", "file", "client certificate (PEM)");
        _key = Text(
            compared ? "--cert-key" : "--key",
            "file",
            "private key of the client certificate (PEM), if it is not in the same file",
            compared ? [] : ["--cert-key"]
        );
        _insecure = Switch("--insecure", "skip TLS certificate verification (insecure)");
        _hostsPerRequest = Text("--hosts-per-request", "n", "number of hosts per request [default: 50]");
        _timeout = Text("--timeout", "time", "time limit of each request [default: 60s]");
        _retries = Text("--retries", "n", "number of retries for transient errors [default: 3]");
        if (compared)
        {
            Drop(_input, _save, _at);
        }
        else if (live)
        {
            Drop(_input, _save, _at, _duration, _useFlows, _hostsPerRequest);
        }
    }

    public ISource Bind(ParseResult parsed, CommandEnvironment environment)
    {
        var inputs = parsed.GetValue(_input) ?? [];
        if (inputs.Length == 0)
        {
            return AnalyzerAt(parsed, environment, _at);
        }

        // Of no use for files, but a value that makes no sense is wrong with them, too.
        _ = (HostsPerRequest(parsed), Timeout(parsed), Retries(parsed));

        Option[] forAnalyzer = [_analyzer, _save, _at, _duration, .. TlsOptions];
        if (forAnalyzer.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } misplaced)
        {
            throw new Failure(
                FailureKind.Usage,
                $"{misplaced.Name} needs an analyzer and cannot be combined with --input"
            );
        }

        if (inputs.Count(input => input == InputFile.StandardInput) > 1)
        {
            throw new Failure(FailureKind.Usage, "--input -: standard input may be given only once");
        }

        return new FileSource(inputs, environment.Input);
    }

    public bool ReadsFiles(ParseResult parsed) => parsed.GetValue(_input) is { Length: > 0 };

    public int HostsPerRequest(ParseResult parsed) => Number(parsed, _hostsPerRequest, 1, 100_000) ?? 50;

    /// <summary>The analyzer at the moment that the option says, or now.</summary>
    public ISource AnalyzerAt(ParseResult parsed, CommandEnvironment environment, Option<string?>? at) =>
        new AnalyzerSource(Analyzer(parsed, environment), Query(parsed, at, environment.Time.GetUtcNow()));

    /// <summary>Whether the user, or a variable, says which analyzer.</summary>
    public bool NamesAnalyzer(ParseResult parsed, CommandEnvironment environment) =>
        parsed.GetResult(_analyzer) is not null || environment.Variable(AnalyzerVariable) is not null;

    /// <summary>One of these options that was typed, where none has a meaning.</summary>
    public Option? Typed(ParseResult parsed) =>
        Options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>The analyzer that is asked.</summary>
    public AnalyzerOptions Analyzer(ParseResult parsed, CommandEnvironment environment) =>
        Analyzer(
            parsed,
            environment,
            parsed.GetValue(_analyzer) is null ? AnalyzerVariable : _analyzer.Name,
            parsed.GetValue(_analyzer) ?? environment.Variable(AnalyzerVariable) ?? AnalyzerAddress.Default
        );

    /// <summary>An analyzer that another option names; login, TLS and limits are the same.</summary>
    /// <param name="name">Of the option or variable, for messages.</param>
    public AnalyzerOptions Analyzer(ParseResult parsed, CommandEnvironment environment, string name, string text)
    {
        if (!AnalyzerAddress.TryParse(text, parsed.GetValue(_ssl), out var address, out var problem))
        {
            // An address may hold a password where it should not: then it isn't shown.
            var shown = text.Contains('@', StringComparison.Ordinal) ? "" : $" \"{text}\":";
            throw new Failure(FailureKind.Usage, $"{name}{shown} {problem}");
        }

        if (
            address.Scheme == Uri.UriSchemeHttp
            && TlsOptions.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } misplaced
        )
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
            Timeout = Timeout(parsed),
            Retries = Retries(parsed),
        };
    }

    private Option[] TlsOptions => [_caCertificate, _certificate, _key, _insecure];

    private TimeSpan Timeout(ParseResult parsed) => Duration(parsed, _timeout) ?? TimeSpan.FromSeconds(60);

    private int Retries(ParseResult parsed) => Number(parsed, _retries, 0, 100) ?? 3;

    private AnalyzerQuery Query(ParseResult parsed, Option<string?>? moment, DateTimeOffset now)
    {
        PointInTime? at = null;
        if (
            moment is not null
            && parsed.GetValue(moment) is { } text
            && !PointInTime.TryParse(text, now, out at, out var problem)
        )
        {
            throw Wrong(moment, problem!);
        }

        return new AnalyzerQuery
        {
            At = at,
            Duration = Duration(parsed, _duration),
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
                "a password and no name: give --username, or set SKYDIVE_USERNAME"
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
            using var text = new StringReader(SmallFile.ReadText(file, LongestPasswordFile));
            return text.ReadLine() is { Length: > 0 } line
                ? line
                : throw new Failure(FailureKind.Usage, $"--password-file {file}: its first line is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(FailureKind.Usage, $"--password-file {file}: {UnreadableFile.Why(file, e)}", e);
        }
    }

    public static TimeSpan? Duration(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return null;
        }

        if (!GoDuration.TryParse(text, out var duration, out var problem))
        {
            throw Wrong(option, problem!);
        }

        return duration;
    }

    private static int? Number(ParseResult parsed, Option<string?> option, int from, int to)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return null;
        }

        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= from
            && number <= to
            ? number
            : throw Wrong(option, text, $"must be a number from {from} to {to}");
    }
}
