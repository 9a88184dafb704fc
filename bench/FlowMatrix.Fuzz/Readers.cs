using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Files;
using FlowMatrix.Sources.Linux;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Queries;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Sources.Skydive.Subscribing;
using FlowMatrix.Sources.Yaml;

namespace FlowMatrix.Fuzz;

/// <summary>
/// A reader of untrusted input. It must return a result or throw a <see cref="Failure"/>, for a subscriber's message
/// also a <see cref="BadMessageException"/>, and nothing else.
/// </summary>
internal sealed record Reader(string Name, Action<byte[]> Read, IReadOnlyList<byte[]> Seeds)
{
    private static readonly AnalyzerErrors Errors = new(
        new AnalyzerOptions(new Uri("http://127.0.0.1:8082"), TimeProvider.System),
        new AnalyzerTls(new TlsOptions(), "127.0.0.1", TimeProvider.System)
    );

    public static readonly IReadOnlyList<Reader> All =
    [
        new(
            "file",
            ReadFile,
            [.. FuzzSeeds.Files, .. FuzzSeeds.Files.Select(FuzzSeeds.Zip), .. FuzzSeeds.OtherEncodings]
        ),
        new("answer", bytes => ReadAnswer(bytes, AnswerForm.Nodes), FuzzSeeds.Answers),
        new("flows", bytes => ReadAnswer(bytes, AnswerForm.Flows), [FuzzSeeds.Flows]),
        new("names", bytes => HostNames.Read(new MemoryStream(bytes), "analyzer"), FuzzSeeds.Names),
        new("ids", bytes => HostNodes.Read(new MemoryStream(bytes), [], "analyzer", default), FuzzSeeds.Answers),
        new("message", bytes => SubscriberMessage.Read(new MemoryStream(bytes), Errors, default), FuzzSeeds.Messages),
        new("yaml", bytes => YamlFile.Parse("settings.yaml", Encoding.UTF8.GetString(bytes)), FuzzSeeds.Yaml),
    ];

    /// <returns>Any other exception that it threw; else null.</returns>
    public Exception? Try(byte[] input)
    {
        try
        {
            Read(input);
            return null;
        }
        catch (Exception e) when (e is Failure or BadMessageException)
        {
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Reads like <c>--input -</c>: detects the form from the content, and matches sockets.</summary>
    private static void ReadFile(byte[] bytes)
    {
        using var content = MatrixFile.Read(InputFile.StandardInput, () => new MemoryStream(bytes), _ => { }, default);
        var table = new SocketTable();
        if (content.Host is { } host)
        {
            SnapshotTable.Add(table, host, "host", "standard input");
        }
        else if (content.Matrix is null)
        {
            InputFile.WithReadErrors(
                InputFile.StandardInput,
                () =>
                {
                    new AnswerReader(table, FailureKind.Input, "standard input").Read(content.Answers, default);
                    return table;
                }
            );
        }

        Matcher.Match(Estate.From(table));
    }

    private static void ReadAnswer(byte[] bytes, AnswerForm form) =>
        new AnswerReader(new SocketTable(), FailureKind.Analyzer, "analyzer") { Form = form }.Read(
            new MemoryStream(bytes),
            default
        );
}
