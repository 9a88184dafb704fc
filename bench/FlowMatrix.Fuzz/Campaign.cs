using System.Diagnostics;

namespace FlowMatrix.Fuzz;

/// <summary>An input that a reader failed on, and the problem.</summary>
internal sealed record Finding(Reader Reader, byte[] Input, string Problem);

/// <summary>Gives mutated inputs to all readers in turn, for a time or up to a number of inputs.</summary>
/// <param name="timeout">A reader that takes longer for one input is a finding.</param>
internal sealed class Campaign(int seed, TimeSpan timeout)
{
    private readonly Mutator _mutator = new(seed);

    public Dictionary<string, long> Tried { get; } = Reader.All.ToDictionary(reader => reader.Name, _ => 0L);

    public long Total => Tried.Values.Sum();

    /// <param name="found">Called with each finding.</param>
    /// <param name="max">Number of inputs per reader.</param>
    public void Run(TimeSpan time, Action<Finding> found, long max = long.MaxValue)
    {
        var clock = Stopwatch.StartNew();
        using var watchdog = new Watchdog(timeout);
        for (var round = 0L; round < max && clock.Elapsed < time; round++)
        {
            foreach (var reader in Reader.All)
            {
                var input = Mutate(reader);
                watchdog.Begin(reader, input);
                var thrown = reader.Try(input);
                var hung = watchdog.End();
                Tried[reader.Name]++;
                if (thrown is not null || hung)
                {
                    found(
                        new Finding(reader, input, thrown?.ToString() ?? $"took longer than {timeout.TotalSeconds:0} s")
                    );
                }
            }
        }
    }

    /// <summary>
    /// Half of the compressed inputs are mutated before compression: else the checksum would reject all of them.
    /// </summary>
    private byte[] Mutate(Reader reader)
    {
        var input = _mutator.Next(reader.Seeds);
        return reader.Name == "file" && Tried[reader.Name] % 8 == 0 ? FuzzSeeds.Zip(input) : input;
    }

    /// <summary>
    /// Detects a reader that hangs. It cannot be stopped, so the input is reported and the process ends.
    /// </summary>
    private sealed class Watchdog : IDisposable
    {
        private readonly TimeSpan _timeout;
        private readonly Timer _timer;
        private readonly Lock _lock = new();
        private (Reader Reader, byte[] Input, long Start)? _current;

        public Watchdog(TimeSpan timeout)
        {
            _timeout = timeout;
            _timer = new Timer(_ => FailIfHanging(), null, timeout, timeout);
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
                var late = Stopwatch.GetElapsedTime(_current!.Value.Start) > _timeout;
                _current = null;
                return late;
            }
        }

        public void Dispose() => _timer.Dispose();

        private void FailIfHanging()
        {
            lock (_lock)
            {
                if (_current is { } current && Stopwatch.GetElapsedTime(current.Start) > _timeout * 10)
                {
                    Environment.FailFast($"{current.Reader.Name} hangs with {Convert.ToBase64String(current.Input)}");
                }
            }
        }
    }
}
