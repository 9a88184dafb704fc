namespace FlowMatrix.Core.Policies;

/// <summary>The keys of a policy file other than the names of filters.</summary>
internal static class PolicyKeys
{
    public const string Allow = "allow";
    public const string Require = "require";
    public const string Not = "not";
    public const string Reason = "reason";
    public const string Owner = "owner";
    public const string Expires = "expires";
    public const string DateFormat = "yyyy-MM-dd";
}
