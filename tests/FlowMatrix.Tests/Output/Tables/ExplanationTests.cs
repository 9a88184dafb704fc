using FlowMatrix.Core.Model;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Tests.Output.Tables;

public sealed class ExplanationTests
{
    [Fact]
    public void Each_kind_of_match_has_its_own_sentence()
    {
        var kinds = Enum.GetValues<Match>();

        Assert.Equal(
            kinds.Length,
            kinds.Select(kind => Explanation.Describe(kind, Direction.Ephemeral, [])).Distinct().Count()
        );
    }

    [Fact]
    public void A_translated_connection_is_explained_with_the_address_that_the_client_used() =>
        Assert.Equal(
            "both ends reported, joined by NAT tables, the client connected to 10.0.0.1; "
                + "the NAT tables name the service's end",
            Explanation.Describe(Match.Nat, Direction.Listener, ["10.0.0.1"])
        );
}
