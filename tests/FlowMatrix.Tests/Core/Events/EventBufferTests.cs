using FlowMatrix.Core.Events;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Tests.Core.Events;

public sealed class EventBufferTests
{
    private static readonly DateTimeOffset Start = new(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);

    private readonly RowLedger _rows = new(new IdTables());
    private readonly EventBuffer _changes;

    public EventBufferTests() => _changes = new EventBuffer(_rows, TimeSpan.FromSeconds(15));

    [Fact]
    public void A_connection_first_reported_at_one_end_is_one_event()
    {
        Appeared(half: true, at: 0);
        Assert.Empty(_changes.Take(Start.AddSeconds(14)));
        Went(half: true, at: 10);
        Appeared(half: false, at: 10);

        Assert.Empty(_changes.Take(Start.AddSeconds(24)));
        var change = Assert.Single(_changes.Take(Start.AddSeconds(25)));
        Assert.Equal((true, Start.AddSeconds(10), 80), (change.Appeared, change.Time, change.State.Row.ServicePort));
        Assert.Null(_changes.Due);
    }

    [Fact]
    public void A_row_that_appears_and_ends_within_the_settle_time_is_no_event()
    {
        Appeared(half: false, at: 0);
        Assert.Equal(Start.AddSeconds(15), _changes.Due);
        Went(half: false, at: 14);

        Assert.Empty(_changes.Take(Start.AddSeconds(60)));
    }

    [Fact]
    public void Only_a_row_that_is_gone_longer_than_the_settle_time_is_an_event()
    {
        Appeared(half: false, at: 0);
        Assert.Single(_changes.Take(Start.AddSeconds(15)));
        Went(half: false, at: 20);
        Appeared(half: false, at: 25);
        Assert.Empty(_changes.Take(Start.AddSeconds(60)));

        Went(half: false, at: 70);
        var gone = Assert.Single(_changes.Take(Start.AddSeconds(85)));
        Assert.Equal((false, 1, Match.Mirror), (gone.Appeared, gone.State.Row.Connections, gone.State.Row.Match));
    }

    private static Row Row(bool half) =>
        new(new RowKey { ServicePort = (ushort)(half ? 81 : 80) }, new RowStats(1, Match.Mirror, Direction.Port));

    private void Appeared(bool half, int at)
    {
        _rows.Add(Row(half), 0);
        _changes.Add(_rows.TakeChanges(), Start.AddSeconds(at));
    }

    private void Went(bool half, int at)
    {
        _rows.Remove(Row(half), 0);
        _changes.Add(_rows.TakeChanges(), Start.AddSeconds(at));
    }
}
