using FlowMatrix.Core;

namespace FlowMatrix.Options;

/// <summary>One setting of a view, on the command line or in a file: they use the same names.</summary>
/// <param name="Name">Such as "from-host", without dashes.</param>
/// <param name="Value">Empty where the name says all.</param>
/// <param name="Not">It stands after --not, or under "not:".</param>
/// <param name="Where">How to point at it in a message: what was typed, or the place in a file.</param>
internal sealed record ViewSetting(string Name, string Value, bool Not, string Where)
{
    /// <summary>What Value is replaced by or means, where the setting is a pair ("network=name").</summary>
    public string Meaning { get; init; } = "";

    /// <summary>Settings of one kind belong together: the command line's take the place of the file's.</summary>
    public (string, bool) Kind => (Name is "ipv4" or "ipv6" ? "family" : Name, Not);

    public Failure Wrong(string problem) => new(FailureKind.Usage, $"{Where}: {problem}");
}
