using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Linux;

namespace FlowMatrix.Sources.Files;

/// <summary>Adds files that each were made on one host to the sockets of an estate.</summary>
internal sealed class HostFiles(ReadProgress progress)
{
    /// <exception cref="Failure">Another machine has the name.</exception>
    public void Add(SocketTable table, NamedInput input, HostSnapshot host)
    {
        var file = InputFile.NameOf(input.Path);
        var name = input.Host ?? (host.Name.Length > 0 ? host.Name : NameFrom(input.Path, file));
        var before = table.Sockets.Count;
        SnapshotTable.Add(table, host, name, file);
        progress.Add(1, table.Sockets.Count - before);
    }

    /// <summary>The name of the file without its folder and its extensions.</summary>
    private static string NameFrom(string path, string file)
    {
        if (path == InputFile.StandardInput)
        {
            throw new Failure(FailureKind.Input, $"{file}: does not name its host: give it as --input name=file");
        }

        var name = Path.GetFileName(path);
        name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Path.GetFileNameWithoutExtension(name);
    }
}
