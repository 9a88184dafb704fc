using System.CommandLine;
using FlowMatrix.Options;

namespace FlowMatrix.Commands;

/// <summary>A command of the tool. <see cref="CommandList"/> registers them; each is one file.</summary>
internal interface ICommand
{
    /// <summary>As it is typed.</summary>
    string Name { get; }

    /// <summary>For the help: what it does, in a sentence or two.</summary>
    string Description { get; }

    /// <summary>Command lines, for the end of the help.</summary>
    string Examples { get; }

    /// <summary>Its options, in the order of the help.</summary>
    IReadOnlyList<OptionGroup> Groups { get; }

    /// <summary>What it takes without an option before it.</summary>
    IReadOnlyList<Argument> Arguments => [];

    /// <returns>The exit code.</returns>
    /// <exception cref="Core.Failure">What ends it with another one.</exception>
    Task<int> RunAsync(ParseResult parsed, CancellationToken cancel);
}
