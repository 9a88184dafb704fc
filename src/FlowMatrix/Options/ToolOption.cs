using System.CommandLine;
using FlowMatrix.Core;

namespace FlowMatrix.Options;

/// <summary>
/// An option with all that the tool knows about it. It is declared in one place; messages, checks of files,
/// flowmatrix.yaml and the tests ask the option.
/// </summary>
internal interface IToolOption
{
    string Name { get; }

    /// <summary>The name, then its other names.</summary>
    IReadOnlyList<string> Names { get; }

    bool Hidden { get; }

    OptionFacts Facts { get; set; }

    /// <summary>Why a value is not valid, to follow the name; null if it is, or if only the command can tell.</summary>
    string? FindProblem(string value) => null;
}

internal class ToolOption<T> : Option<T>, IToolOption
{
    public ToolOption(string name, params string[] aliases)
        : base(name, aliases)
    {
        Names = [name, .. aliases];
        Validators.Add(result =>
        {
            // Usually from a script with a variable that is not set.
            if (result.Tokens.Any(token => token.Value.Length == 0))
            {
                result.AddError($"{Name} has an empty value");
            }
        });
    }

    public IReadOnlyList<string> Names { get; }

    public OptionFacts Facts { get; set; } = new();
}

/// <summary>An option whose value is not a text: a time, a number.</summary>
/// <typeparam name="T">A type that has null, which is the value of an option that is not given.</typeparam>
internal sealed class ValueOption<T>(string name, TryParseValue<T> parse, string[] aliases)
    : ToolOption<string?>(name, aliases),
        IToolOption
{
    /// <exception cref="Failure">The value is not valid.</exception>
    public T? Get(ParseResult parsed) =>
        parsed.GetValue(this) is not { } text ? default
        : parse(text, out var value, out var problem) ? value
        : throw new Failure(FailureKind.Usage, $"{Name}{problem}");

    string? IToolOption.FindProblem(string value) => parse(value, out _, out var problem) ? null : problem;
}

/// <param name="problem">What is wrong, to follow the name of the option: ": \"soon\" is not a duration".</param>
internal delegate bool TryParseValue<T>(string text, out T? value, out string? problem);

/// <summary>The facts about an option besides its name and description.</summary>
internal sealed record OptionFacts
{
    /// <summary>A valid value, for messages and tests; null for an option without a value.</summary>
    public string? Example { get; init; }

    /// <summary>The file that its value names; null if it names none.</summary>
    public OptionFile? File { get; init; }

    /// <summary>How flowmatrix.yaml sets it; null if it cannot.</summary>
    public Setting? Setting { get; init; }
}

/// <summary>The file that the value of an option names.</summary>
internal sealed record OptionFile
{
    /// <summary>Whether the file is written; else it is read.</summary>
    public bool IsWritten { get; init; }

    /// <summary>What to suggest the option for, if a user gives a file without an option.</summary>
    public FileContent Content { get; init; }

    /// <summary>The path in a value that has more than that.</summary>
    public Func<string, string> PathIn { get; init; } = value => value;
}

internal enum FileContent
{
    Other,

    /// <summary>Sockets, or a matrix.</summary>
    Input,

    Yaml,
}

internal static class OptionFactsExtensions
{
    /// <summary>The facts about any option, also about one of the library.</summary>
    public static OptionFacts GetFacts(this Option option) => (option as IToolOption)?.Facts ?? new OptionFacts();

    /// <param name="pathIn">The path in a value that has more than that.</param>
    public static TOption Reads<TOption>(
        this TOption option,
        FileContent content = FileContent.Other,
        Func<string, string>? pathIn = null
    )
        where TOption : IToolOption
    {
        option.Facts = option.Facts with
        {
            File = new OptionFile { Content = content, PathIn = pathIn ?? (value => value) },
        };
        return option;
    }

    /// <param name="pathIn">The path in a value that has more than that.</param>
    public static TOption Writes<TOption>(this TOption option, Func<string, string>? pathIn = null)
        where TOption : IToolOption
    {
        option.Facts = option.Facts with
        {
            File = new OptionFile { IsWritten = true, PathIn = pathIn ?? (value => value) },
        };
        return option;
    }

    public static TOption AsSetting<TOption>(this TOption option, Setting setting)
        where TOption : IToolOption
    {
        option.Facts = option.Facts with { Setting = setting };
        return option;
    }

    /// <summary>Accepts the option, but keeps it out of help and suggestions.</summary>
    public static TOption Hide<TOption>(this TOption option)
        where TOption : Option
    {
        option.Hidden = true;
        return option;
    }
}
