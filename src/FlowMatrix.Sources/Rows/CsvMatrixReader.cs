using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Sources.Rows;

/// <summary>
/// Reads a matrix from CSV: as this tool writes it, with the ten columns in any order and possibly other columns, or
/// without a header; or as skydive-flow-matrix writes it, with other column names and unescaped texts.
/// </summary>
/// <param name="warn">Called with what is suspicious but not an error.</param>
internal sealed class CsvMatrixReader(string name, Action<string> warn)
{
    /// <summary>The names of skydive-flow-matrix for the ten columns, in their order.</summary>
    private static readonly string[] OriginalNames =
    [
        "protocol",
        "server",
        "server_ip",
        "port",
        "server_proc",
        "server_procname",
        "client",
        "client_ip",
        "client_proc",
        "client_procname",
    ];

    /// <summary>By column: the field of a row that it contains, or -1.</summary>
    private int[] _fields = [];
    private bool _escaped = true;

    public Matrix Read(Stream stream, CancellationToken cancel)
    {
        using var text = new StreamReader(stream, new UTF8Encoding(false), true, 64 * 1024, leaveOpen: true);
        var records = new CsvRecords(text, name);
        var rows = new MatrixRows();
        if (!records.Read())
        {
            throw new Failure(FailureKind.Input, $"{name}: is empty: a matrix as CSV has at least its header");
        }

        var isTorn = records.IsTorn;
        var more = !ReadHeader(records) || records.Read();
        for (var count = 0; more; more = records.Read(), count++)
        {
            isTorn = records.IsTorn;
            AddRow(records, rows);
            if ((count & 0xFFF) == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }
        }

        if (isTorn)
        {
            CheckEnd(records);
        }

        return rows.Build();
    }

    /// <summary>
    /// This tool ends each line with a line feed. If the last one is missing, the file is truncated, perhaps within its
    /// last field.
    /// </summary>
    private void CheckEnd(CsvRecords records)
    {
        var last = records.Fields[^1];
        if (_escaped && records.IsPlain)
        {
            throw records.Wrong(
                last,
                "the last line has no line feed: the file is truncated (if it is complete, put a line feed at its end)"
            );
        }

        warn($"{records.Place(last)}: the last line has no line end: is the file truncated?");
    }

    /// <returns>Whether the first record was a header; if not, it is a row.</returns>
    private bool ReadHeader(CsvRecords records)
    {
        var names = records.Fields.Select(field => field.Text).ToList();
        if (Protocols.TryParse(Encoding.UTF8.GetBytes(names[0]), out _))
        {
            _fields = [.. Enumerable.Range(0, MatrixRows.KeyFields)];
            return false;
        }

        var known = MatrixRows.Fields.ToList();
        if (names.Contains(OriginalNames[1]))
        {
            known = [.. OriginalNames];
            _escaped = false;
        }

        _fields = [.. names.Select(column => known.IndexOf(column))];
        for (var i = 0; i < MatrixRows.KeyFields; i++)
        {
            var count = _fields.Count(field => field == i);
            if (count != 1)
            {
                throw records.Wrong(
                    records.Fields[0],
                    count == 0
                        ? $"not a matrix: the header lacks the column \"{known[i]}\" "
                            + "(has it been grouped? then write it without --group-by)"
                        : $"the header has the column \"{known[i]}\" twice"
                );
            }
        }

        return true;
    }

    private void AddRow(CsvRecords records, MatrixRows rows)
    {
        if (records.Fields.Count != _fields.Length)
        {
            throw records.Wrong(
                records.Fields[^1],
                $"{records.Fields.Count} fields where there should be {_fields.Length}: is the line truncated?"
            );
        }

        var texts = new string?[MatrixRows.Fields.Count];
        for (var i = 0; i < _fields.Length; i++)
        {
            if (_fields[i] >= 0)
            {
                texts[_fields[i]] = Plain(records.Fields[i], records);
            }
        }

        rows.Add(texts, out var wrong, out var problem);
        if (problem is not null)
        {
            throw records.Wrong(records.Fields[Array.IndexOf(_fields, wrong)], $"{MatrixRows.Fields[wrong]} {problem}");
        }
    }

    private string Plain(CsvField field, CsvRecords records)
    {
        if (!_escaped)
        {
            return field.Text;
        }

        return Printable.TryUnescape(field.Text, out var plain)
            ? plain
            : throw records.Wrong(
                field,
                $"\"{field.Text}\" has a backslash that begins no escape (a lone one is written as two)"
            );
    }
}
