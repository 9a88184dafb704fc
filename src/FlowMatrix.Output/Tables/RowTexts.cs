using System.Globalization;
using System.Numerics;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Tables;

/// <summary>
/// The texts of a matrix's rows as one format writes them: each distinct host, path and name is made ready once,
/// however many rows it is in.
/// </summary>
/// <param name="ready">What the format does to a text from the wire.</param>
internal sealed class RowTexts(Matrix matrix, Func<string, string> ready)
{
    private readonly string?[] _hosts = new string?[matrix.IdTables.Hosts.Count];
    private readonly string?[] _paths = new string?[matrix.IdTables.Processes.Count];
    private readonly string?[] _names = new string?[matrix.IdTables.Processes.Count];
    private string?[] _ports = new string?[64];

    public Matrix Matrix => matrix;

    public string Host(int id) => _hosts[id] ??= ready(matrix.IdTables.Hosts[id]);

    public string Path(int id) => _paths[id] ??= ready(matrix.IdTables.Processes.Path(id));

    public string Name(int id) => _names[id] ??= ready(matrix.IdTables.Processes.Name(id));

    public string Address(int id) => matrix.IdTables.Addresses.Text(id);

    /// <summary>A text that is made for one row.</summary>
    public string Whole(string text) => ready(text);

    public string Port(ushort port)
    {
        if (port >= _ports.Length)
        {
            Array.Resize(ref _ports, (int)BitOperations.RoundUpToPowerOf2(port + 1u));
        }

        return _ports[port] ??= port.ToString(CultureInfo.InvariantCulture);
    }
}
