using System.Globalization;
using System.Text.RegularExpressions;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Live;

/// <summary>A run of <c>record</c> whose clock stands still: a scan is taken when a test asks for one.</summary>
internal sealed class RecordRun : IAsyncDisposable
{
    /// <summary>More than any test needs. One that asks for more would never end.</summary>
    private const int MostScans = 100;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly FakeAnalyzer _analyzer;
    private readonly string _file;

    public RecordRun(FakeAnalyzer analyzer, string file, params string[] more)
    {
        (_analyzer, _file) = (analyzer, file);
        Tool = ToolRun.Start(
            Clock,
            ["record", "-v", "-a", analyzer.Address.ToString(), "-o", file, "--every", "100ms", .. more]
        );
    }

    public FakeClock Clock { get; } = new();

    public ToolRun Tool { get; }

    public string Error => Tool.Error;

    /// <summary>What the file holds now.</summary>
    public RecordedFile Recorded => RecordedFile.Read(_file);

    /// <summary>Waits for the first scan, which is taken as soon as there is something to record.</summary>
    public async Task<RecordedFile> BeginAsync()
    {
        await Tool.ErrorAsync(" written in ");
        return Recorded;
    }

    /// <summary>Lets time pass once the recorder waits for its next scan again.</summary>
    public Task PassAsync(double seconds) => Clock.PassAsync(TimeSpan.FromSeconds(seconds), Every);

    /// <summary>Waits until the next scan is due, and no longer.</summary>
    public async Task FallDueAsync()
    {
        await Clock.PassAsync(Every);
        await Clock.UntilWaitedForAsync(Every);
    }

    /// <summary>Takes a scan: it is due, and the analyzer gives a sign of life.</summary>
    public async Task<RecordedFile> ScanAsync()
    {
        var scans = Recorded.Scans;
        await FallDueAsync();
        await _analyzer.Subscribers.GiveSignOfLifeAsync();
        await Tool.ErrorAsync(said => LastWritten(said) > scans);
        return Recorded;
    }

    /// <summary>
    /// Takes scans until the file is as a test wants it: what was sent may not have arrived at the first.
    /// </summary>
    public async Task<RecordedFile> ScanUntilAsync(Func<RecordedFile, bool> isRight)
    {
        for (var i = 0; i < MostScans; i++)
        {
            if (await ScanAsync() is var recorded && isRight(recorded))
            {
                return recorded;
            }
        }

        throw new InvalidOperationException($"not after {MostScans} scans either\n{Error}");
    }

    /// <summary>How many scans were in the file when it was last written. Several may be written at once.</summary>
    private static int LastWritten(string said) =>
        Regex.Matches(said, @" of (\d+) scans? written in ") is [.., var last]
            ? int.Parse(last.Groups[1].Value, CultureInfo.InvariantCulture)
            : 0;

    public ValueTask DisposeAsync() => Tool.DisposeAsync();
}
