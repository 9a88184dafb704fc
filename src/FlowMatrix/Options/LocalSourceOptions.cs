using System.CommandLine;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Linux;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>Whether this machine is read.</summary>
internal sealed class LocalSourceOptions : OptionGroup, ISourceKind
{
    private readonly Option<bool> _local;

    public LocalSourceOptions()
        : base("This machine") =>
        _local = Switch("--local", "read the sockets of this machine (Linux); as root to see all processes");

    public string Description => "this machine";

    public IReadOnlyList<Option> Selectors => [_local];

    public IReadOnlyList<Option> Required => [_local];

    public ISource Bind(ParseResult parsed, CommandEnvironment environment) => new LocalSource();
}
