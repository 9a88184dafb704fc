using System.Diagnostics;

namespace FlowMatrix.Fuzz;

/// <summary>What a reader did wrong, and with what.</summary>
internal sealed record Finding(Reader Reader, byte[] Input, string Problem);

/// <summary>Gives all readers spoilt inputs, in turn, until its time is over or its count is reached.</summary>
/// <param name="patience">A reader that takes longer for one small input hangs.</param>
internal sealed class Campaign(int seed, TimeSpan patience)
{
    private readonly Mutator _mutator = new(seed);

    public Dictionary<string, long> Tried { get; } = Reader.All.ToDictionary(reader => reader.Name, _ => 0L);

    public long Total => Tried.Values.Sum();

    /// <param name="found">Told of each input that a reader didn't behave with.</param>
    /// <param name="most">How many inputs per reader.</param>
    public void Run(TimeSpan time, Action<Finding> found, long most = long.MaxValue)
    {
        var clock = Stopwatch.StartNew();
        using var watchdog = new Watchdog(patience);
        for (var round = 0L; round < most && clock.Elapsed < time; round++)
        {
            foreach (var reader in Reader.All)
            {
                var input = Spoilt(reader);
                watchdog.Begin(reader, input);
                var thrown = reader.Try(input);
                var hung = watchdog.End();
                Tried[reader.Name]++;
                if (thrown is not null || hung)
                {
                    found(
                        new Finding(
                            reader,
                            input,
                            thrown?.ToString() ?? $"took longer than {patience.TotalSeconds:0} s"
                        )
                    );
                }
            }
        }
    }

    /// <summary>
    /// Half of what is compressed is spoilt before that: else nothing behind the checksum would ever be tried.
    /// </summary>
    private byte[] Spoilt(Reader reader)
    {
        var input = _mutator.Next(reader.Seeds);
        return reader.Name == "file" && Tried[reader.Name] % 8 == 0 ? FuzzSeeds.Zip(input) : input;
    }

    /// <summary>
    /// Detects a reader that hangs. It cannot be stopped: the input is reported, and the process ends.
    /// </summary>
    private sealed class Watchdog : IDisposable
    {
        private readonly TimeSpan _patience;
        private readonly Timer _timer;
        private readonly Lock _lock = new();
        private (Reader Reader, byte[] Input, long Start)? _current;

        public Watchdog(TimeSpan patience)
        {
            _patience = patience;
            _timer = new Timer(_ => Look(), null, patience, patience);
        }

        public void Begin(Reader reader, byte[] input)
        {
            lock (_lock)
            {
                _current = (reader, input, Stopwatch.GetTimestamp());
            }
        }

        public bool End()
        {
            lock (_lock)
            {
                var late = Stopwatch.GetElapsedTime(_current!.Value.Start) > _patience;
                _current = null;
                return late;
            }
        }

        public void Dispose() => _timer.Dispose();

        private void Look()
        {
            lock (_lock)
            {
                if (_current is { } current && Stopwatch.GetElapsedTime(current.Start) > _patience * 10)
                {
                    Environment.FailFast($"{current.Reader.Name} hangs with {Convert.ToBase64String(current.Input)}");
                }
            }
        }
    }
}
