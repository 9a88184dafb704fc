using FlowMatrix.Core;
using FlowMatrix.Files;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace FlowMatrix.Sources.Yaml;

/// <summary>
/// Reads a YAML file that a user wrote for the tool: one document with a mapping. It uses the events of the parser,
/// since object mapping needs reflection. Anchors, aliases and tags are refused: they are not needed, and aliases can
/// make a small file huge.
/// </summary>
internal sealed class YamlFile
{
    /// <summary>Limit of nesting, since each level is a recursive call.</summary>
    private const int MaxDepth = 32;

    private const string Unsupported =
        "anchors (&), aliases (*) and tags (!) are not supported: quote a text that begins with such a character";

    private readonly string _path;
    private readonly Parser _parser;

    private YamlFile(string path, TextReader text)
    {
        _path = path;
        _parser = new Parser(text);
    }

    /// <exception cref="Failure">The file cannot be read or is invalid. The message has line and column.</exception>
    public static YamlMap Read(string path)
    {
        string text;
        try
        {
            text = SmallFile.ReadText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(FailureKind.Usage, $"{path}: {UnreadableFile.Why(path, e)}", e);
        }

        return Parse(path, text);
    }

    /// <param name="path">The path of the file for messages.</param>
    /// <exception cref="Failure">The text is invalid. The message has line and column.</exception>
    public static YamlMap Parse(string path, string text)
    {
        var file = new YamlFile(path, new StringReader(text));
        try
        {
            return file.Read();
        }
        catch (YamlException e)
        {
            // The parser gives no position for some texts that end too early.
            var at = e.Start.Line > 0 ? e.Start : file.Reached;
            var (line, column) = ((int)at.Line, (int)at.Column);
            throw e.Message.Contains(" tab ", StringComparison.Ordinal) && LineWithTab(text, line) is { } tab
                ? Wrong(path, tab.Line, tab.Column, "YAML is indented with spaces, not with tabs", e)
                : Wrong(
                    path,
                    line,
                    column,
                    $"is not valid YAML: {e.Message} A text with a special character needs quotes.",
                    e
                );
        }
        catch (Exception e)
            when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // Exceptions that the parser should not throw: for an escape that is not a character, or an unclosed list.
            throw Wrong(
                path,
                (int)file.Reached.Line,
                (int)file.Reached.Column,
                "is not valid YAML from here on: a list or quote is not closed, or an escape is not a character",
                e
            );
        }
    }

    /// <summary>The position up to which the parser has read.</summary>
    private Mark Reached => _parser.Current is { End.Line: > 0 } current ? current.End : new Mark(0, 1, 1);

    /// <summary>The first line that is indented with a tab, from a line on.</summary>
    private static (int Line, int Column)? LineWithTab(string text, int from)
    {
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var indent = line[..^line.TrimStart(" \t").Length];
            if (++number >= from && indent.IndexOf('\t') is >= 0 and var at)
            {
                return (number, at + 1);
            }
        }

        return null;
    }

    public static Failure Wrong(string path, YamlNode at, string problem) =>
        Wrong(path, at.Line, at.Column, problem, null);

    private static Failure Wrong(string path, int line, int column, string problem, Exception? cause) =>
        new(
            FailureKind.Usage,
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}:{line}:{column}: {problem}"),
            cause
        );

    private YamlMap Read()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return new YamlMap([], 1, 1);
        }

        _parser.Consume<DocumentStart>();
        var node = Node(0);
        var document = node switch
        {
            YamlMap map => map,
            YamlText { Value.Length: 0 } => new YamlMap([], 1, 1),
            _ => throw Wrong(_path, node, $"must be keys with values, not {node.Kind}"),
        };
        _parser.Consume<DocumentEnd>();
        return _parser.Accept<DocumentStart>(out var second)
            ? throw Wrong(
                _path,
                (int)second.Start.Line,
                (int)second.Start.Column,
                "has more than one document: only one is allowed",
                null
            )
            : document;
    }

    private YamlNode Node(int level)
    {
        if (_parser.Accept<AnchorAlias>(out var alias))
        {
            throw Wrong(_path, (int)alias.Start.Line, (int)alias.Start.Column, Unsupported, null);
        }

        var next = _parser.Consume<NodeEvent>();
        var (line, column) = ((int)next.Start.Line, (int)next.Start.Column);
        if (level > MaxDepth)
        {
            throw Wrong(_path, line, column, $"is nested more than {MaxDepth} levels deep", null);
        }

        if (!next.Anchor.IsEmpty || !next.Tag.IsEmpty)
        {
            throw Wrong(_path, line, column, Unsupported, null);
        }

        switch (next)
        {
            case Scalar scalar:
                return new YamlText(scalar.Value, line, column);
            case SequenceStart:
                var items = new List<YamlNode>();
                while (!_parser.TryConsume<SequenceEnd>(out _))
                {
                    items.Add(Node(level + 1));
                }

                return new YamlList(items, line, column);
            default:
                return Map(line, column, level);
        }
    }

    private YamlMap Map(int line, int column, int level)
    {
        var items = new List<(YamlText, YamlNode)>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(level + 1);
            if (key is not YamlText text)
            {
                throw Wrong(_path, key, $"a key must be a text, not {key.Kind}");
            }

            if (!keys.Add(text.Value))
            {
                throw Wrong(_path, key, $"\"{text.Value}\" is given twice");
            }

            items.Add((text, Node(level + 1)));
        }

        return new YamlMap(items, line, column);
    }
}
