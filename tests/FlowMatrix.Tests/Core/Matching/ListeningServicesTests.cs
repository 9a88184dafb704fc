using FlowMatrix.Core.Matching;
using FlowMatrix.Testing.Estates;
using Estate = FlowMatrix.Core.Sockets.Estate;

namespace FlowMatrix.Tests.Core.Matching;

public sealed class ListeningServicesTests
{
    [Theory]
    [InlineData("127.0.0.1", "redis 0.0.0.0 1")]
    [InlineData("[::1]", "redis :: 1")]
    public void A_connection_counts_for_its_process_although_another_listens_at_a_closer_address(
        string address,
        string expected
    )
    {
        var table = new EstateBuilder()
            .Host("web")
            .Namespace("host")
            .Listens($"{address}:6379", "memcached")
            .Namespace("container")
            .Listens("0.0.0.0:6379", "redis")
            .Listens("[::]:6379", "redis", "[::]:0")
            .Tcp($"{address}:6379", $"{address}:40001", "redis")
            .Tcp($"{address}:40001", $"{address}:6379", "app")
            .Spec.Table();

        var estate = Estate.From(table);
        var list = ListeningServices.Find(estate, Matcher.Match(estate));

        var ids = list.IdTables;
        Assert.Equal(
            [expected],
            list.Services.Where(service => service.Connections > 0)
                .Select(service =>
                    $"{ids.Processes.Name(service.End.ServiceProcess)} "
                    + $"{ids.Addresses.Text(service.End.ServiceAddress)} {service.Connections}"
                )
        );
    }
}
