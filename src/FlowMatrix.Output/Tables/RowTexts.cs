using System.Globalization;
using System.Numerics;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Tables;

/// <summary>
/// The hosts, paths and names of a matrix as one format writes them, by their numbers in its
/// <see cref="Matrix.IdTables"/>. Each distinct text is escaped once, however many rows it is in. Addresses and ports
/// need no escaping.
/// </summary>
/// <param name="prepare">How the format escapes a text from the network.</param>
internal sealed class RowTexts(Matrix matrix, Func<string, string> prepare)
{
    private readonly string?[] _hosts = new string?[matrix.IdTables.Hosts.Count];
    private readonly string?[] _paths = new string?[matrix.IdTables.Processes.Count];
    private readonly string?[] _names = new string?[matrix.IdTables.Processes.Count];
    private string?[] _ports = new string?[64];

    public Matrix Matrix => matrix;

    public string Host(int id) => _hosts[id] ??= prepare(matrix.IdTables.Hosts[id]);

    public string Path(int id) => _paths[id] ??= prepare(matrix.IdTables.Processes.Path(id));

    public string Name(int id) => _names[id] ??= prepare(matrix.IdTables.Processes.Name(id));

    public string Address(int id) => matrix.IdTables.Addresses.Text(id);

    /// <summary>Escapes a text that is composed for one row.</summary>
    public string Prepare(string text) => prepare(text);

    public string Port(ushort port)
    {
        if (port >= _ports.Length)
        {
            Array.Resize(ref _ports, (int)BitOperations.RoundUpToPowerOf2(port + 1u));
        }

        return _ports[port] ??= port.ToString(CultureInfo.InvariantCulture);
    }
}
