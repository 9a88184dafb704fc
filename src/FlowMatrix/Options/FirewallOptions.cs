using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Core.Policies;
using FlowMatrix.Output;
using FlowMatrix.Output.Firewall;
using FlowMatrix.Sources.Policies;

namespace FlowMatrix.Options;

/// <summary>What a draft of firewalls is made with.</summary>
internal sealed class FirewallOptions : OptionGroup
{
    private readonly Option<string?> _policy;

    public FirewallOptions()
        : base($"Firewall drafts (--format {Names})")
    {
        _policy = Text(
            "--policy",
            "file",
            "give each rule its reason from this policy, and leave out what it doesn't allow; see flowmatrix check");
    }

    private static string Names => string.Join(", ", FormatList.All.OfType<FirewallFormat>().Select(format => format.Name));

    /// <returns>Null where the format is none of a firewall.</returns>
    public FirewallTask? Bind(ParseResult parsed, Format format)
    {
        var policy = parsed.GetValue(_policy);
        return format is FirewallFormat firewall
            ? new FirewallTask(firewall, policy is null ? null : PolicyFile.Read(policy))
            : policy is null ? null
            : throw new Failure(
                FailureKind.Usage, $"{_policy.Name} goes with --format {Names}; flowmatrix check holds a matrix against a policy");
    }
}

/// <summary>What was asked for of a draft.</summary>
/// <param name="Policy">Where reasons come from, if from anywhere.</param>
internal sealed record FirewallTask(FirewallFormat Format, Policy? Policy);
