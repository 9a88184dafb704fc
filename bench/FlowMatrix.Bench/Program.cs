using System.Globalization;

namespace FlowMatrix.Bench;

internal static class Program
{
    private const string Usage = """
        flowmatrix-bench generate --hosts N --sockets M --seed S [--no-pools] -o FILE
            an estate in the form of an analyzer's answer; the same numbers give the same bytes. Without pools of
            connections nearly each connection is its own row
        flowmatrix-bench names --rows N --names M --seed S -o FOLDER
            rows as CSV, and settings and a policy with M aliases, patterns, networks and rules each
        flowmatrix-bench walk FILE
            reads all tokens of a file with Utf8JsonReader and does nothing with them: the unit of all ratios
        """;

    private static int Main(string[] args)
    {
        if (args is ["walk", var file])
        {
            Console.WriteLine($"{Walk.Tokens(file)} tokens");
            return 0;
        }

        if (
            args
                is [
                    "generate",
                    "--hosts",
                    var hosts,
                    "--sockets",
                    var sockets,
                    "--seed",
                    var seed,
                    .. var pools,
                    "-o",
                    var output,
                ]
            && pools is [] or ["--no-pools"]
        )
        {
            using var stream = File.Create(output, 1 << 20);
            new EstateWriter(stream, Number(hosts), Number(sockets), Number(seed), pools.Length == 0).Write();
            return 0;
        }

        if (args is ["names", "--rows", var rows, "--names", var names, "--seed", var from, "-o", var folder])
        {
            new NamesWriter(folder, Number(rows), Number(names), Number(from)).Write();
            return 0;
        }

        Console.Error.WriteLine(Usage);
        return 2;
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture);
}
