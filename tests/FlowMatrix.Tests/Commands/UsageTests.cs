using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Commands;

/// <summary>Wrong usage: exit code 2, one line with what would be valid, nothing on standard output.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--bogus", "unknown option --bogus", "--help")]
    [InlineData("-z", "unknown option -z; see")]
    [InlineData("--anlyzer skydive", "unknown option --anlyzer (did you mean --analyzer?); see flowmatrix --help")]
    [InlineData("servces -i a.json", "did you mean services?")]
    [InlineData("services --to-prot 80", "(did you mean --to-port?); see flowmatrix services --help")]
    [InlineData("skydive:8082", "unexpected argument")]
    [InlineData("-a", "-a needs a value, as in -a skydive.example.com:8082; see flowmatrix --help")]
    [InlineData("-i a.json --format", "--format needs a value, as in --format json;")]
    [InlineData("-i a.json --columns", "--columns needs a value, as in --columns connections,match;")]
    [InlineData("watch --settle", "--settle needs a value, as in --settle 30s; see flowmatrix watch --help")]
    [InlineData("-f csv -f json", "-f takes one value, and 2 are given")]
    [InlineData("help", "for help, run flowmatrix --help")]
    [InlineData("--every 5s", "flowmatrix has no --every; it is an option of flowmatrix record; see flowmatrix --help")]
    [InlineData("check --baseline a.csv", "flowmatrix check has no --baseline; it is an option of flowmatrix;")]
    [InlineData("diff a.csv b.csv --group-by host", "--group-by is not available: diff compares single rows; see")]
    [InlineData("check -p a.yaml --group-by host", "--group-by is not available: check checks single rows; see")]
    [InlineData("firewall --group-by host", "--group-by is not available: rules come from single rows; see")]
    [InlineData(
        "check --explain",
        "flowmatrix check has no --explain; it is an option of flowmatrix and flowmatrix diff;"
    )]
    [InlineData("services --reaches vm-1", "flowmatrix services has no --reaches; it is an option of flowmatrix, ")]
    [InlineData(
        "watch -i a.json",
        "flowmatrix watch has no -i; it is an option of flowmatrix, flowmatrix services, "
            + "flowmatrix check and flowmatrix firewall;"
    )]
    [InlineData(
        "diff -i a.json -i b.json",
        "diff takes its files without an option: flowmatrix diff monday.csv tuesday.csv;"
    )]
    [InlineData(
        "-f xslx",
        "did you mean xlsx?",
        "csv, json, ndjson, table, markdown, html, xlsx, mermaid, d2, graphml, cytoscape, dot, png, svg, pdf",
        "dot -Tx"
    )]
    [InlineData("-o matrix.xslx", "matrix.xslx", "--format", "csv, json")]
    [InlineData(
        "services -f jsno",
        "\"jsno\": is not a format of services (did you mean json?); valid formats: csv, json"
    )]
    [InlineData(
        "services -o list.png",
        "its extension is not a format of services: give one with --format; valid formats: csv,"
    )]
    [InlineData("watch -f cvs", "\"cvs\": is not a format for live events (did you mean csv?); valid formats: table,")]
    [InlineData(
        "watch -o a.png",
        "its extension is not a format for live events: give one with --format; valid formats:"
    )]
    [InlineData("firewall -f nftable", "is not a firewall format (did you mean nftables?); valid formats: nftables,")]
    [InlineData(
        "check -p a.yaml --report junti=a.xml",
        "\"junti=a.xml\": is not a report format (did you mean junit?); valid formats: text,",
        "each with =file or without"
    )]
    [InlineData("--columns bogus", "\"bogus\"", "connections, match, direction, via")]
    [InlineData("--columns match,service_host", "\"service_host\"", "always in the output")]
    [InlineData("--engine warp", "\"warp\"", "neato, fdp")]
    [InlineData("--timeout soon", "--timeout", "\"soon\"", "60s")]
    [InlineData("--timeout 0s", "--timeout")]
    [InlineData("-i a.json --timeout soon", "--timeout", "\"soon\"", "60s")]
    [InlineData("--retries many", "--retries \"many\"", "from 0 to 100")]
    [InlineData("--retries -1", "--retries \"-1\"")]
    [InlineData("--hosts-per-request 0", "--hosts-per-request", "from 1 to")]
    [InlineData("--at yesterday", "--at", "\"yesterday\"", "-10m")]
    [InlineData("--duration long", "--duration", "\"long\"")]
    [InlineData("-i a.json -a host", "--analyzer", "--input")]
    [InlineData("-i a.json --at -10m", "--at", "--input")]
    [InlineData("-i a.json --duration 10m", "--duration", "--input")]
    [InlineData("-i a.json --save b.json", "--save", "--input")]
    [InlineData("-i - -i -", "standard input may be given only once")]
    [InlineData("-a https://host --key k.pem", "--key", "--cert")]
    [InlineData("-a host:8082 --cacert ca.pem", "--cacert needs TLS: add --ssl, or use an https:// URL")]
    [InlineData("-a http://host --cert c.pem --key k.pem", "--cert needs TLS")]
    [InlineData("-a http://host --key k.pem", "--key needs TLS")]
    [InlineData("watch --insecure", "--insecure needs TLS")]
    [InlineData("-i a.json --insecure", "--insecure needs an analyzer", "--input")]
    [InlineData("--username me", "--password-file", "SKYDIVE_PASSWORD")]
    [InlineData("--password secret", "--username")]
    [InlineData("--username me --password secret --password-file pw", "--password and --password-file")]
    [InlineData("--username me --password-file no-such-file", "--password-file no-such-file: no such file")]
    [InlineData("check -p a.yaml --learn", "--policy and --learn: use one or the other")]
    [InlineData("-a ::1:8082", "is ambiguous: put an IPv6 address with a port in brackets: [::1]:8082, or [::1:8082]")]
    [InlineData("-a fd00::5:443", "[fd00::5]:443")]
    [InlineData("-i a.json --name office=10.0.0.0/8", "the network comes first: 10.0.0.0/8=office")]
    [InlineData("--ssl --cacert no-such-file", "no-such-file")]
    [InlineData("--ssl --cert no-such-file", "no-such-file")]
    [InlineData("-a host:99999", "--analyzer \"host:99999\"", "port")]
    [InlineData("-a http://me:secret@host", "--analyzer must not hold credentials")]
    [InlineData("-a me:secret@host:8082", "--analyzer is not a host")]
    [InlineData("me:secret@host", "unexpected argument")]
    [InlineData("--username me --password a secret", "unexpected argument")]
    [InlineData("--passwrod=secret", "unknown option --passwrod (did you mean --password?);")]
    [InlineData("--quiet --verbose", "--quiet and --verbose")]
    public async Task A_mistake_is_explained_in_one_line_without_secrets(string arguments, params string[] message)
    {
        var run = await Run.WithAsync(arguments.Split(' '));

        run.Failed(2, message);
        Assert.DoesNotContain("secret", run.Error);
    }

    [Theory]
    [InlineData("day.json", "day.json is a file: --input day.json; see flowmatrix --help")]
    [InlineData("services day.json", "day.json is a file: --input day.json;")]
    [InlineData("-i a.json day.json", "day.json is a file: --input day.json;")]
    [InlineData("check flows.yaml", "flows.yaml is a file: --policy flows.yaml;")]
    [InlineData("flows.yaml", "flows.yaml is a file: --config flows.yaml;")]
    [InlineData("diff a.csv b.csv day.json", "day.json is one file too many: flowmatrix diff takes 2;")]
    [InlineData("watch day.json", "day.json is a file, but flowmatrix watch does not read files;")]
    [InlineData("days", "days is a folder")]
    public async Task An_argument_that_is_a_file_is_reported_with_its_option(string arguments, string message)
    {
        _folder.Write("day.json", "[]");
        _folder.Write("flows.yaml", "");
        Directory.CreateDirectory(_folder.PathOf("days"));

        (await Run.WithAsync(new RunEnvironment { Directory = _folder.FullName }, arguments.Split(' '))).Failed(
            2,
            message
        );
    }

    [Theory]
    [InlineData("-i FOLDER", 4)]
    [InlineData("-i a.json --baseline FOLDER", 4)]
    [InlineData("diff FOLDER FOLDER", 4)]
    [InlineData("-i a.json --config FOLDER", 2)]
    [InlineData("check -i a.json -p FOLDER --report text=r.txt", 2)]
    [InlineData("--username me --password-file FOLDER", 2)]
    [InlineData("-a https://x --cacert FOLDER", 2)]
    public async Task A_folder_in_place_of_a_file_is_reported_as_a_folder(string arguments, int code)
    {
        var (folder, input) = (_folder.FullName, Sample.Estate);
        string[] words =
        [
            .. arguments
                .Split(' ')
                .Select(word =>
                    word switch
                    {
                        "FOLDER" => folder,
                        "a.json" => input,
                        _ => word.Replace("r.txt", _folder.PathOf("r.txt"), StringComparison.Ordinal),
                    }
                ),
        ];

        (await Run.WithAsync(words)).Failed(code, $"{folder}: ", "is a folder");
    }

    [Theory]
    [InlineData("--input")]
    [InlineData("--output")]
    [InlineData("--format")]
    [InlineData("--analyzer")]
    [InlineData("--password-file")]
    [InlineData("--cacert")]
    public async Task An_empty_value_is_refused(string option)
    {
        var run = await Run.OnSampleAsync(option, "");

        run.Failed(2, option, "empty");
    }

    [Fact]
    public async Task An_address_in_the_variable_is_checked_like_the_option_and_reported_with_the_name_of_the_variable()
    {
        var environment = new RunEnvironment
        {
            Variables = new Dictionary<string, string> { ["SKYDIVE_ANALYZER"] = "host:none" },
        };

        var run = await Run.WithAsync(environment);

        run.Failed(2, "SKYDIVE_ANALYZER \"host:none\"", "port");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nsecret")]
    public async Task A_password_file_without_a_first_line_is_refused(string content)
    {
        var file = _folder.Write("pw", content);

        var run = await Run.WithAsync("--username", "me", "--password-file", file);

        run.Failed(2, file, "empty");
        Assert.DoesNotContain("secret", run.Error);
    }

    [Theory]
    [InlineData("png")]
    [InlineData("pdf")]
    public async Task A_picture_is_not_for_a_terminal(string format)
    {
        var run = await Run.OnSampleAsync(new RunEnvironment { OutputIsTerminal = true }, "-f", format);

        run.Failed(2, format, "--output");
    }

    [Fact]
    public async Task A_file_of_arguments_is_not_read()
    {
        var file = _folder.Write("arguments", "--version");

        var run = await Run.WithAsync($"@{file}");

        run.Failed(2);
    }
}
