namespace FlowMatrix.Testing;

/// <summary>
/// A test that needs nft in a network namespace of its own; skipped, with the reason, where none can be made.
/// </summary>
internal sealed class NftFactAttribute : FactAttribute
{
    public NftFactAttribute()
    {
        Skip = Nft.Missing.Value;
    }
}

/// <inheritdoc cref="NftFactAttribute"/>
internal sealed class NftTheoryAttribute : TheoryAttribute
{
    public NftTheoryAttribute()
    {
        Skip = Nft.Missing.Value;
    }
}
