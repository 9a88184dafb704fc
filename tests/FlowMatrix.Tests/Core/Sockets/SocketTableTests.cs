using FlowMatrix.Core;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Sockets;

public sealed class SocketTableTests
{
    [Fact]
    public void Tables_that_are_read_separately_and_joined_give_the_matrix_of_one_table()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var estate = EstateGenerator.Nasty(seed);
            var joined = new SocketTable();
            foreach (var host in estate.Hosts)
            {
                joined.Append(Read(new EstateSpec([host], [], estate.Past)));
            }

            joined.Append(Read(new EstateSpec([], estate.Flows, estate.Past)));

            var (expected, found) = (
                estate.Match(),
                Matcher.Match(Estate.From(joined), MatchExtras.UnmatchedConnections)
            );
            Assert.Equal(Matched.Rows(expected), Matched.Rows(found));
            Assert.Equal(Matched.UnmatchedConnections(expected), Matched.UnmatchedConnections(found));
        }
    }

    [Fact]
    public void A_list_of_sockets_keeps_its_content_when_it_grows()
    {
        var list = new SocketList();
        for (var i = 0; i < 100_000; i++)
        {
            list.Add(new Socket { Pid = i });
        }

        Assert.Equal(100_000, list.Count);
        Assert.All(Enumerable.Range(0, list.Count), i => Assert.Equal(i, list[i].Pid));
    }

    private static SocketTable Read(EstateSpec estate)
    {
        var table = new SocketTable { Past = estate.Past };
        new AnswerReader(table, FailureKind.Input, "test").Read(
            new MemoryStream(estate.Json()),
            CancellationToken.None
        );
        return table;
    }
}
