using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Core.Policies;
using FlowMatrix.Output;
using FlowMatrix.Output.Firewall;
using FlowMatrix.Sources.Policies;

namespace FlowMatrix.Options;

/// <summary>Which firewall draft to write, and where.</summary>
internal sealed class FirewallOptions : OptionGroup
{
    private static readonly FormatChoice<FirewallFormat> Formats = new(
        [.. FormatList.All.OfType<FirewallFormat>()],
        "a firewall format",
        format => format.Name,
        format => format.Extensions
    );

    private readonly Option<string?> _format;
    private readonly Option<string?> _output;
    private readonly Option<string?> _policy;

    public FirewallOptions()
        : base("Draft")
    {
        _format = Text(
            "--format",
            "name",
            Formats.Default.Name,
            $"one of those below [default: {Formats.Default.Name}]",
            "-f"
        );
        _output = Text(
                "--output",
                "file",
                "rules.nft",
                "write to this file, replaced atomically; with {host} in its name, one file per host",
                "-o"
            )
            .Writes();
        _policy = Text(
                "--policy",
                "file",
                "flows.yaml",
                "take the reason of each rule from this policy, and leave out what it does not allow"
            )
            .Reads(FileContent.Yaml);
    }

    public override IReadOnlyList<(string Heading, IReadOnlyList<(string Value, string Meaning)> Values)> Values =>
        [("Formats", [.. Formats.All.Select(format => (format.Name, format.Description))])];

    public FirewallTask Bind(ParseResult parsed)
    {
        // Several formats share extensions, and files of any name are accepted.
        var format = parsed.GetValue(_format) is { } name ? Formats.Get(_format, name) : Formats.Default;
        return Task(format, parsed.GetValue(_policy), _output.GetPath(parsed));
    }

    public static FirewallTask Task(FirewallFormat format, string? policy, string? path) =>
        new(format, policy is null ? null : PolicyFile.Read(policy), path);
}

/// <summary>The same drafts with <c>--format</c> of the main command, which are older than the command.</summary>
internal sealed class FirewallFormatOptions : OptionGroup
{
    private readonly Option<string?> _policy;

    public FirewallFormatOptions()
        : base("Firewall drafts")
    {
        _policy = Text("--policy", "file", "flows.yaml", "").Reads(FileContent.Yaml).Hide();
    }

    /// <returns>Null if the format is not a firewall format.</returns>
    public FirewallTask? Bind(ParseResult parsed, OutputRequest output)
    {
        var policy = parsed.GetValue(_policy);
        return output.Format is FirewallFormat format ? FirewallOptions.Task(format, policy, output.Path)
            : policy is null ? null
            : throw new Failure(
                FailureKind.Usage,
                $"{_policy.Name} is an option of flowmatrix check and flowmatrix firewall"
            );
    }
}

/// <summary>A draft to write.</summary>
/// <param name="Policy">Where the reasons of the rules come from; null for no reasons.</param>
/// <param name="Path">A file, or null for standard output.</param>
internal sealed record FirewallTask(FirewallFormat Format, Policy? Policy, string? Path);
