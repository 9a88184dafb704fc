namespace FlowMatrix.Sources.Yaml;

/// <summary>A value of a YAML file, with the line and column of its first character, both from 1.</summary>
internal abstract record YamlNode(int Line, int Column)
{
    /// <summary>The kind of value, for messages.</summary>
    public abstract string Kind { get; }
}

internal sealed record YamlText(string Value, int Line, int Column) : YamlNode(Line, Column)
{
    public override string Kind => Value.Length == 0 ? "nothing" : "a text";
}

internal sealed record YamlList(IReadOnlyList<YamlNode> Items, int Line, int Column) : YamlNode(Line, Column)
{
    public override string Kind => "a list";
}

internal sealed record YamlMap(IReadOnlyList<(YamlText Key, YamlNode Value)> Items, int Line, int Column)
    : YamlNode(Line, Column)
{
    public override string Kind => "a mapping";
}
