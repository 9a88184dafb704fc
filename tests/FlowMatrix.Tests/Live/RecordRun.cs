using System.Globalization;
using System.Text.RegularExpressions;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Live;

/// <summary>A run of <c>record</c> with a fake clock: scans are taken only when a test asks for one.</summary>
internal sealed class RecordRun : IAsyncDisposable
{
    /// <summary>A limit above what any test needs, so that a failing test ends.</summary>
    private const int MaxScans = 100;

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

    /// <summary>The current content of the file.</summary>
    public RecordedFile Recorded => RecordedFile.Read(_file);

    /// <summary>Waits for the first scan, which is taken after the first answer.</summary>
    public async Task<RecordedFile> BeginAsync()
    {
        await Tool.ErrorAsync(" written in ");
        return Recorded;
    }

    /// <summary>Lets time pass while the recorder waits for its next scan.</summary>
    public Task AdvanceAsync(double seconds) => Clock.AdvanceAsync(TimeSpan.FromSeconds(seconds), Every);

    /// <summary>Lets time pass until the next scan is due.</summary>
    public async Task UntilDueAsync()
    {
        await Clock.AdvanceAsync(Every);
        await Clock.WaitForTimerAsync(Every);
    }

    /// <summary>Takes a scan: lets it fall due, and has the analyzer send a message.</summary>
    public async Task<RecordedFile> ScanAsync()
    {
        var scans = Recorded.Scans;
        await UntilDueAsync();
        await _analyzer.Subscribers.SendUnrelatedMessageAsync();
        await Tool.ErrorAsync(error => LastWritten(error) > scans);
        return Recorded;
    }

    /// <summary>
    /// Takes scans until the file meets a condition, since messages may arrive after a scan.
    /// </summary>
    public async Task<RecordedFile> ScanUntilAsync(Func<RecordedFile, bool> condition)
    {
        for (var i = 0; i < MaxScans; i++)
        {
            if (await ScanAsync() is var recorded && condition(recorded))
            {
                return recorded;
            }
        }

        throw new InvalidOperationException($"condition not met after {MaxScans} scans\n{Error}");
    }

    /// <summary>The number of scans in the file at the last write. Several scans may be written together.</summary>
    private static int LastWritten(string error) =>
        Regex.Matches(error, @" of (\d+) scans? written in ") is [.., var last]
            ? int.Parse(last.Groups[1].Value, CultureInfo.InvariantCulture)
            : 0;

    public ValueTask DisposeAsync() => Tool.DisposeAsync();
}
