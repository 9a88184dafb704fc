using System.Globalization;
using SharpFuzz;

namespace FlowMatrix.Fuzz;

internal static class Program
{
    private const string Usage = """
        flowmatrix-fuzz run SECONDS [SEED] [FOLDER]
            gives mutated inputs to all readers and counts them; an input that makes a reader throw anything but a
            Failure is written to the folder. Exit code 1 if there is any
        flowmatrix-fuzz try READER FILE
            gives one input to one reader
        flowmatrix-fuzz seeds READER FOLDER
            writes the seed inputs of a reader, for afl-fuzz
        flowmatrix-fuzz afl READER
            is run by afl-fuzz (see eng/fuzz.sh)
        """;

    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["run", var seconds, .. var rest]:
                return Run(
                    Number(seconds),
                    rest.Length > 0 ? Number(rest[0]) : 1,
                    rest.Length > 1 ? rest[1] : "artifacts/fuzz"
                );
            case ["try", var name, var file] when Find(name) is { } reader:
                var thrown = reader.Try(File.ReadAllBytes(file));
                Console.WriteLine(thrown?.ToString() ?? "a result, or a failure with a message");
                return thrown is null ? 0 : 1;
            case ["seeds", var name, var folder] when Find(name) is { } reader:
                Directory.CreateDirectory(folder);
                for (var i = 0; i < reader.Seeds.Count; i++)
                {
                    File.WriteAllBytes(Path.Combine(folder, $"seed-{i:d2}"), reader.Seeds[i]);
                }

                return 0;
            case ["afl", var name]:
                Fuzzer.OutOfProcess.Run(stream =>
                {
                    using var input = new MemoryStream();
                    stream.CopyTo(input);

                    // Only here: instrumented code needs the memory that is shared with afl-fuzz.
                    var reader = Find(name) ?? throw new ArgumentException($"no reader {name}");
                    if (reader.Try(input.ToArray()) is { } fault)
                    {
                        throw new InvalidOperationException(name, fault);
                    }
                });
                return 0;
            default:
                Console.Error.WriteLine(Usage);
                Console.Error.WriteLine($"readers: {string.Join(", ", Reader.All.Select(reader => reader.Name))}");
                return 2;
        }
    }

    private static int Run(int seconds, int seed, string folder)
    {
        var campaign = new Campaign(seed, TimeSpan.FromSeconds(5));
        var kinds = new HashSet<string>();
        using var report = new Timer(
            _ => Console.WriteLine($"{campaign.Total:N0} inputs, {kinds.Count} faults"),
            null,
            60_000,
            60_000
        );
        campaign.Run(
            TimeSpan.FromSeconds(seconds),
            finding =>
            {
                // Keeps one input per place in the code.
                var place = string.Join(
                    '\n',
                    finding
                        .Problem.Split('\n')
                        .Where(line => line.Contains("FlowMatrix", StringComparison.Ordinal))
                        .Take(2)
                );
                if (kinds.Add($"{finding.Reader.Name} {place}"))
                {
                    Directory.CreateDirectory(folder);
                    var file = Path.Combine(folder, $"{finding.Reader.Name}-{kinds.Count}");
                    File.WriteAllBytes(file, finding.Input);
                    Console.WriteLine($"{finding.Reader.Name}, {file}:\n{finding.Problem}");
                }
            }
        );
        Console.WriteLine($"seed {seed}: {campaign.Total:N0} inputs in {seconds:N0} s, {kinds.Count} faults");
        Console.WriteLine(string.Join(", ", campaign.Tried.Select(pair => $"{pair.Key} {pair.Value:N0}")));
        return kinds.Count > 0 ? 1 : 0;
    }

    private static Reader? Find(string name) => Reader.All.FirstOrDefault(reader => reader.Name == name);

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
