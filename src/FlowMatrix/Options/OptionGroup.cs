using System.CommandLine;
using FlowMatrix.Core;

namespace FlowMatrix.Options;

/// <summary>Options that belong together: under one heading of the help, and added to a command together.</summary>
internal abstract class OptionGroup(string title)
{
    private readonly List<Option> _options = [];
    private readonly List<IToolOption> _notOffered = [];

    public string Title => title;

    /// <summary>The options of the command, in the order of the help.</summary>
    public IReadOnlyList<Option> Options => _options;

    /// <summary>Options that other commands have and this one does not.</summary>
    public IReadOnlyList<IToolOption> NotOffered => _notOffered;

    /// <summary>Lists of what the values of some options mean, for the help.</summary>
    public virtual IReadOnlyList<(string Heading, IReadOnlyList<(string Value, string Meaning)> Values)> Values => [];

    public void AddTo(Command command)
    {
        foreach (var option in _options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>One of these options that is on the command line; null if none is.</summary>
    public Option? FindGiven(ParseResult parsed) => FindGiven(parsed, Options);

    /// <summary>The first of the options that is on the command line; null if none is.</summary>
    public static Option? FindGiven(ParseResult parsed, IEnumerable<Option> options) =>
        options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });

    public ToolOption<bool> Switch(string name, string description, params string[] aliases) =>
        Add(new ToolOption<bool>(name, aliases) { Description = description, Arity = ArgumentArity.Zero });

    /// <param name="value">What the help shows in the place of a value.</param>
    /// <param name="example">A valid value.</param>
    public ToolOption<string?> Text(
        string name,
        string value,
        string example,
        string description,
        params string[] aliases
    ) =>
        Add(
            new ToolOption<string?>(name, aliases)
            {
                Description = description,
                HelpName = value,
                Facts = new OptionFacts { Example = example },
            }
        );

    /// <summary>An option that can be given several times.</summary>
    /// <param name="value">What the help shows in the place of a value.</param>
    /// <param name="example">A valid value.</param>
    public ToolOption<string[]> Texts(
        string name,
        string value,
        string example,
        string description,
        params string[] aliases
    ) =>
        Add(
            new ToolOption<string[]>(name, aliases)
            {
                Description = description,
                HelpName = value,
                Arity = ArgumentArity.OneOrMore,
                Facts = new OptionFacts { Example = example },
            }
        );

    /// <param name="value">What the help shows in the place of a value.</param>
    /// <param name="example">A valid value.</param>
    public ValueOption<T> Value<T>(
        string name,
        string value,
        string example,
        TryParseValue<T> parse,
        string description,
        params string[] aliases
    ) =>
        Add(
            new ValueOption<T>(name, parse, aliases)
            {
                Description = description,
                HelpName = value,
                Facts = new OptionFacts { Example = example },
            }
        );

    public ValueOption<TimeSpan?> Duration(string name, string example, string description) =>
        Value<TimeSpan?>(name, "time", example, ValueKinds.TryParseDuration, description);

    public ValueOption<TimeSpan?> DurationOrZero(string name, string example, string description) =>
        Value<TimeSpan?>(name, "time", example, ValueKinds.TryParseDurationOrZero, description);

    public ValueOption<int?> Number(string name, string example, int min, int max, string description) =>
        Value(name, "n", example, ValueKinds.Number(min, max), description);

    /// <summary>Leaves out options that have no meaning for the command.</summary>
    protected void Drop(params ReadOnlySpan<Option> options)
    {
        foreach (var option in options)
        {
            _options.Remove(option);
            _notOffered.Add((IToolOption)option);
        }
    }

    /// <summary>Leaves out an option. A user who gives it gets the reason.</summary>
    protected void Refuse(Option option, string reason)
    {
        option.Hidden = true;
        option.Validators.Add(result => result.AddError($"{option.Name} is not available: {reason}"));
        _notOffered.Add((IToolOption)option);
    }

    public static Failure Wrong(Option option, string value, string problem) =>
        new(FailureKind.Usage, $"{option.Name} \"{value}\": {problem}");

    /// <param name="problem">It shows the value.</param>
    public static Failure Wrong(Option option, string problem) => new(FailureKind.Usage, $"{option.Name}: {problem}");

    /// <summary>Adds options that another group declares.</summary>
    protected void Add(params ReadOnlySpan<Option> options) => _options.AddRange(options);

    private TOption Add<TOption>(TOption option)
        where TOption : Option
    {
        _options.Add(option);
        return option;
    }
}
