namespace FlowMatrix.Testing;

/// <summary>
/// A test that needs nft in a network namespace of its own. It is skipped, with the reason, if none can be created.
/// </summary>
internal sealed class NftFactAttribute : FactAttribute
{
    public NftFactAttribute()
    {
        Skip = Nft.SkipReason.Value;
    }
}

/// <inheritdoc cref="NftFactAttribute"/>
internal sealed class NftTheoryAttribute : TheoryAttribute
{
    public NftTheoryAttribute()
    {
        Skip = Nft.SkipReason.Value;
    }
}
