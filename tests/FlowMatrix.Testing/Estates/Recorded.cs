using FlowMatrix.Core;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Skydive.Reading;

namespace FlowMatrix.Testing.Estates;

/// <summary>Recorded answers of a real analyzer.</summary>
internal static class Recorded
{
    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "recordings", file);

    public static SocketTable Read(params string[] files)
    {
        var table = new SocketTable();
        foreach (var file in files)
        {
            using var stream = File.OpenRead(PathOf(file));
            new AnswerReader(table, FailureKind.Input, file).Read(stream, CancellationToken.None);
        }

        return table;
    }

    public static Matrix Match(params string[] files) => Matcher.Match(Estate.From(Read(files)));
}
