using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Skydive.Reading;

namespace FlowMatrix.Testing.Estates;

/// <summary>Two hosts whose processes have names that can break terminals, tables and parsers.</summary>
internal static class HostileEstate
{
    /// <summary>Stands for the first byte of a two-byte character whose second byte the kernel cut off.</summary>
    private const char CutByte = '\uE000';

    public static readonly IReadOnlyList<string> Names =
    [
        "a,b \"c\"",
        "=1+2",
        "+1",
        "-1",
        "@SUM(A1)",
        "\uFF1D1",
        "'=1",
        "two\nlines\r\n",
        "tab\there",
        "\u001b[31mred\u001b[0m",
        "\u001b]0;title\a",
        "c1\u009b31m\u0085",
        "rtl\u202etxt",
        "zero\u200bwidth",
        "<script>alert()",
        "</title>",
        "a|b|c",
        "\\|",
        "`tick``s`",
        "back\\slash\\",
        "\\N \\G \\E",
        "\\n",
        "&amp; &lt;",
        "&#65;",
        "\U0001F98A fox",
        $"na\u00efv{CutByte}",
        "line\u2028sep\u2029",
        " lead trail ",
        " ",
        "nul\0del\u007f",
        "*b* _i_ ~s~ [l](u)",
        "www.x.org",
        "{r|{s}}",
        "%s%n$(id)",
        "日本語",
        "\ufeffbom",
    ];

    public static byte[] Json { get; } = Make();

    /// <summary>A matrix that every format must be able to write.</summary>
    public static Matrix Matrix
    {
        get
        {
            var table = new SocketTable();
            new AnswerReader(table, FailureKind.Input, "test").Read(new MemoryStream(Json), CancellationToken.None);
            return Matcher.Match(Estate.From(table), MatchExtras.UnmatchedConnections);
        }
    }

    private static byte[] Make()
    {
        List<SocketSpec> server = [],
            client = [];
        for (var i = 0; i < Names.Count; i++)
        {
            var (name, port, from) = (Names[i], 8000 + (i % 3), 40000 + i);
            server.Add(
                new SocketSpec(
                    "TCP",
                    "10.9.0.1",
                    port,
                    "10.9.0.2",
                    from,
                    "ESTABLISHED",
                    $"/srv/{Names[i % 3]}",
                    Names[i % 3],
                    1
                )
            );
            client.Add(
                new SocketSpec("TCP", "10.9.0.2", from, "10.9.0.1", port, "ESTABLISHED", $"/opt/{name}", name, 100 + i)
            );
        }

        for (var i = 0; i < 3; i++)
        {
            server.Add(
                new SocketSpec("TCP", "0.0.0.0", 8000 + i, "0.0.0.0", 0, "LISTEN", $"/srv/{Names[i]}", Names[i], 1)
            );
        }

        client.Add(new SocketSpec("TCP", "10.9.0.2", 45000, "192.0.2.1", 443, "ESTABLISHED", "/opt/=cmd", "=cmd", 99));
        client.Add(new SocketSpec("TCP", "10.9.0.2", 45001, "fd00::1", 443, "ESTABLISHED", "", "", 98));
        var estate = new EstateSpec(
            [
                new HostSpec("=vm,\"1\"\u001b[2J|&amp;\\N", ["10.9.0.1"], server),
                new HostSpec("<b>vm`2`\u202e</b>\n\\", ["10.9.0.2"], client),
            ],
            [],
            Past: false
        );

        return Cut(estate.Json());
    }

    /// <summary>Replaces <see cref="CutByte"/> by an incomplete character, which a JSON writer cannot write.</summary>
    public static byte[] Cut(byte[] json) =>
        Encoding.Latin1.GetBytes(
            Encoding.Latin1.GetString(json).Replace("\\uE000", "\u00c3", StringComparison.Ordinal)
        );
}
