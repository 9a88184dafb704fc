using FlowMatrix.Core;

namespace FlowMatrix.Options;

/// <summary>How flowmatrix.yaml sets an option. The keys are the long names of the option, without dashes.</summary>
internal sealed record Setting(SettingForm Form)
{
    /// <summary>Whether it is a filter, which can also be negated with "not".</summary>
    public bool IsFilter { get; init; }

    /// <summary>Whether messages list its keys. Some are only known for a better message.</summary>
    public bool IsListed { get; init; } = true;

    /// <summary>
    /// The command line replaces the settings of a file that have the same group. Null: a group for each key.
    /// </summary>
    public object? Group { get; init; }

    /// <summary>For pairs: how to write one.</summary>
    public string PairExample { get; init; } = "";

    /// <summary>The keys of an option.</summary>
    public static IEnumerable<string> KeysOf(IToolOption option) =>
        option.Names.Where(name => name.StartsWith("--", StringComparison.Ordinal)).Select(name => name[2..]);
}

/// <summary>What follows a key of flowmatrix.yaml.</summary>
internal enum SettingForm
{
    Text,

    /// <summary>A text or a list of texts.</summary>
    Texts,

    /// <summary>True or false.</summary>
    Switch,

    /// <summary>
    /// A mapping from what is replaced to what it is replaced with. They are added to those of the command line.
    /// </summary>
    Pairs,

    /// <summary>A mapping with filters.</summary>
    Filters,
}

/// <summary>One setting of a view, from the command line or from a file.</summary>
/// <param name="Name">Such as "from-host", without dashes.</param>
/// <param name="Value">Empty for a switch.</param>
/// <param name="Not">It follows --not, or is under "not:".</param>
/// <param name="Where">How messages refer to it: what was typed, or the place in a file.</param>
internal sealed record ViewSetting(IToolOption Option, string Name, string Value, bool Not, string Where)
{
    /// <summary>What the value is replaced with, if the setting is a pair ("network=name").</summary>
    public string Meaning { get; init; } = "";

    /// <summary>Settings with the same group belong together: the command line's replace the file's.</summary>
    public (object, bool) Group => (Option.Facts.Setting?.Group ?? Name, Not);

    public bool IsPair => Option.Facts.Setting?.Form == SettingForm.Pairs;

    public Failure Wrong(string problem) => new(FailureKind.Usage, $"{Where}: {problem}");
}
