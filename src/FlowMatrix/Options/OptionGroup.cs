using System.CommandLine;
using FlowMatrix.Core;

namespace FlowMatrix.Options;

/// <summary>Options that belong together: under one heading of the help, and added to a command as one.</summary>
internal abstract class OptionGroup(string title)
{
    private readonly List<Option> _options = [];

    public string Title => title;

    public IReadOnlyList<Option> Options => _options;

    /// <summary>What the values of some of the options mean: lists of their own in the help.</summary>
    public virtual IReadOnlyList<(string Heading, IReadOnlyList<(string Value, string Meaning)> Values)> Values => [];

    public void AddTo(Command command)
    {
        foreach (var option in _options)
        {
            command.Options.Add(option);
        }
    }

    protected Option<bool> Switch(string name, string description, params string[] aliases) =>
        Add(new Option<bool>(name, aliases) { Description = description, Arity = ArgumentArity.Zero });

    protected Option<string?> Text(string name, string value, string description, params string[] aliases) =>
        Add(new Option<string?>(name, aliases) { Description = description, HelpName = value });

    protected Option<string[]> Texts(string name, string value, string description, params string[] aliases) =>
        Add(
            new Option<string[]>(name, aliases)
            {
                Description = description,
                HelpName = value,
                Arity = ArgumentArity.OneOrMore,
            }
        );

    /// <summary>Leaves out options that make no sense for a command.</summary>
    protected void Drop(params ReadOnlySpan<Option> options)
    {
        foreach (var option in options)
        {
            _options.Remove(option);
        }
    }

    protected static Failure Wrong(Option option, string value, string problem) =>
        new(FailureKind.Usage, $"{option.Name} \"{value}\": {problem}");

    /// <param name="problem">A sentence that shows the value.</param>
    protected static Failure Wrong(Option option, string problem) =>
        new(FailureKind.Usage, $"{option.Name}: {problem}");

    private TOption Add<TOption>(TOption option)
        where TOption : Option
    {
        // As from a script whose variable is not set.
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
            {
                result.AddError($"{option.Name} has an empty value");
            }
        });
        _options.Add(option);
        return option;
    }
}
