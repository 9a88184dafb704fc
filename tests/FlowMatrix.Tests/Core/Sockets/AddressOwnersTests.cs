using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Tests.Core.Sockets;

public sealed class AddressOwnersTests
{
    private const int Own = 5;
    private const int Shared = 900;

    private readonly AddressOwners _owners = new();

    public AddressOwnersTests()
    {
        _owners.Add(Own, 1);
        _owners.Add(Own, 1);
        _owners.Add(Shared, 1);
        _owners.Add(Shared, 2);
        _owners.Add(Shared, 3);
    }

    [Fact]
    public void An_address_of_one_host_belongs_to_it_seen_from_any_host() =>
        Assert.Equal(
            (1, 1, 1),
            (_owners.OwnerSeenFrom(1, Own), _owners.OwnerSeenFrom(2, Own), _owners.OwnerSeenFrom(0, Own))
        );

    [Fact]
    public void A_shared_address_belongs_to_the_viewing_host_or_to_no_host() =>
        Assert.Equal(
            (1, 3, 0, 0),
            (
                _owners.OwnerSeenFrom(1, Shared),
                _owners.OwnerSeenFrom(3, Shared),
                _owners.OwnerSeenFrom(4, Shared),
                _owners.OnlyHost(Shared)
            )
        );

    [Fact]
    public void An_address_that_was_never_added_belongs_to_no_host() =>
        Assert.Equal(
            (0, false, false),
            (_owners.OwnerSeenFrom(1, 100_000), _owners.Has(1, 7), _owners.HasOther(1, 100_000))
        );

    [Fact]
    public void The_unknown_host_has_no_address() => Assert.False(_owners.Has(0, 7) || _owners.Has(0, 100_000));

    [Fact]
    public void HasOther_ignores_the_host_itself() =>
        Assert.Equal(
            (false, true, true),
            (_owners.HasOther(1, Own), _owners.HasOther(2, Own), _owners.HasOther(1, Shared))
        );

    [Fact]
    public void All_returns_every_owner_once() =>
        Assert.Equal([(Own, 1), (Shared, 1), (Shared, 2), (Shared, 3)], _owners.All().Order());
}
