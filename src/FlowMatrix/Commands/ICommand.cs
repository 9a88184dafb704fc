using System.CommandLine;
using FlowMatrix.Options;

namespace FlowMatrix.Commands;

/// <summary>A command of the tool. <see cref="CommandList"/> registers them; each is one file.</summary>
internal interface ICommand
{
    /// <summary>For the help: what it does, in a sentence or two.</summary>
    string Description { get; }

    /// <summary>Example command lines, for the end of the help.</summary>
    string Examples { get; }

    /// <summary>Its options, in the order of the help.</summary>
    IReadOnlyList<OptionGroup> Groups { get; }

    /// <summary>Its arguments without an option.</summary>
    IReadOnlyList<Argument> Arguments => [];

    /// <returns>The exit code.</returns>
    /// <exception cref="Core.Failure">It ends with another exit code.</exception>
    Task<int> RunAsync(ParseResult parsed, CancellationToken cancel);
}
