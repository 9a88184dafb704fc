using System.Text;

namespace FlowMatrix.Inputs;

/// <summary>
/// The records of a CSV file as RFC 4180 has it, either line end. Strict and with places, which CsvHelper's parser is
/// not: it takes an open quote at the end of a file for a field, and doesn't say where in a line a field begins.
/// </summary>
/// <param name="name">Of the file, for messages.</param>
internal sealed class CsvRecords(TextReader text, string name)
{
    private readonly StringBuilder _field = new();
    private int _line = 1;
    private int _column;

    /// <summary>The fields of the record that was read last.</summary>
    public List<CsvField> Fields { get; } = [];

    /// <summary>The next record that is no empty line; false at the end.</summary>
    /// <exception cref="Failure">It is no CSV.</exception>
    public bool Read()
    {
        do
        {
            if (text.Peek() < 0)
            {
                return false;
            }

            Fields.Clear();
            while (ReadField())
            {
            }
        }
        while (Fields is [{ Text.Length: 0 }]);

        return true;
    }

    public Failure Wrong(CsvField at, string problem) => Wrong(at.Line, at.Column, problem);

    private Failure Wrong(int line, int column, string problem) => new(
        FailureKind.Input,
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}:{line}:{column}: {problem}"));

    /// <returns>Whether there is another field in the record.</returns>
    private bool ReadField()
    {
        _field.Clear();
        var (line, column) = (_line, _column + 1);
        var quoted = text.Peek() == '"';
        if (quoted)
        {
            ReadQuoted(line, column);
        }

        while (true)
        {
            var c = Next();
            if (c == '\r' && text.Peek() == '\n')
            {
                c = Next();
            }

            if (c is -1 or ',' or '\n')
            {
                Fields.Add(new CsvField(_field.ToString(), line, column));
                return c == ',';
            }

            if (quoted || c == '"')
            {
                throw Wrong(_line, _column, quoted ? "text after a closing quote" : "a quote inside an unquoted field");
            }

            _field.Append((char)c);
        }
    }

    private void ReadQuoted(int line, int column)
    {
        Next();
        while (true)
        {
            var c = Next();
            if (c < 0)
            {
                throw Wrong(line, column, "the quote that opens here is never closed: is the file cut off?");
            }

            if (c == '"')
            {
                if (text.Peek() != '"')
                {
                    return;
                }

                Next();
            }

            _field.Append((char)c);
        }
    }

    private int Next()
    {
        var c = text.Read();
        (_line, _column) = c == '\n' ? (_line + 1, 0) : (_line, _column + 1);
        return c;
    }
}

/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Column">In characters, from 1.</param>
internal readonly record struct CsvField(string Text, int Line, int Column);
