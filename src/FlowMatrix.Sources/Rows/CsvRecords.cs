using System.Text;
using FlowMatrix.Core;

namespace FlowMatrix.Sources.Rows;

/// <summary>
/// The records of a CSV file, as in RFC 4180 with either line end, or as spreadsheets save it, with semicolons or tabs
/// instead of commas. The first of these that occurs is the separator, unless the first line is "sep=;". Strict about
/// quotes, and every error has a place. Why no library reads it: see "Libraries that were tried" in CONTRIBUTING.md.
/// </summary>
/// <param name="name">Name of the file, for messages.</param>
internal sealed class CsvRecords(TextReader text, string name)
{
    private const int Unknown = -2;
    private const int End = -1;

    private readonly StringBuilder _field = new();
    private int _separator = Unknown;
    private int _line = 1;
    private int _column;

    /// <summary>The fields of the record that was last read.</summary>
    public List<CsvField> Fields { get; } = [];

    /// <summary>Whether the file looks as this tool writes it: commas, and line feeds as line ends.</summary>
    public bool IsPlain { get; private set; } = true;

    /// <summary>Whether the file ends within the record that was last read: there is no line end after it.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>Reads the next record that is not empty.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="Failure">The file is not valid CSV.</exception>
    public bool Read() => ReadRecord() && (_line > 2 || !NamesSeparator() || ReadRecord());

    public Failure Wrong(CsvField at, string problem) => Wrong(at.Line, at.Column, problem);

    /// <summary>A place in the file, for messages: "name:line:column".</summary>
    public string Place(CsvField at) => Place(at.Line, at.Column);

    private string Place(int line, int column) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}:{line}:{column}");

    private Failure Wrong(int line, int column, string problem) =>
        new(FailureKind.Input, $"{Place(line, column)}: {problem}");

    private bool ReadRecord()
    {
        do
        {
            if (text.Peek() < 0)
            {
                return false;
            }

            Fields.Clear();
            while (ReadField()) { }
        } while (Fields.TrueForAll(field => field.Text.Length == 0));

        return true;
    }

    /// <summary>Whether the first line is "sep=;", which sets the separator for spreadsheets.</summary>
    private bool NamesSeparator()
    {
        if (
            !Fields[0].Text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase)
            || Fields.Skip(1).Any(field => field.Text.Length > 0)
        )
        {
            return false;
        }

        _separator = Fields[0].Text.Length == 5 ? Fields[0].Text[4] : _separator;
        IsPlain = false;
        return true;
    }

    /// <returns>Whether the record has another field.</returns>
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
            if (c == '\r' && text.Peek() is '\n' or End)
            {
                c = Next();
                IsPlain = false;
            }

            if (_separator == Unknown && c is ',' or ';' or '\t')
            {
                _separator = c;
                IsPlain &= c == ',';
            }

            if (c is End or '\n' || c == _separator)
            {
                Fields.Add(new CsvField(_field.ToString(), line, column));
                IsTorn = c == End;
                return c == _separator;
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
            if (c == End)
            {
                throw Wrong(line, column, "the quote that opens here is never closed: is the file truncated?");
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

/// <param name="Line">The line where the field begins, from 1.</param>
/// <param name="Column">The column where it begins, in characters, from 1.</param>
internal readonly record struct CsvField(string Text, int Line, int Column);
