using FlowMatrix.Sources.Skydive.Saving;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>Which analyzer to ask, and how to get in. Everything is checked before it comes here.</summary>
/// <param name="Address">Scheme (http or https), host and port; the path is "/" or a prefix that ends in "/".</param>
/// <param name="Time">The clock of all timeouts and waits, and of what is sent with a time.</param>
internal sealed record AnalyzerOptions(Uri Address, TimeProvider Time)
{
    /// <summary>Nobody said which analyzer: this is where one would be.</summary>
    public bool IsAssumed { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>What no message may show; the password and what stands for it are added.</summary>
    public SecretMask Secrets { get; init; } = new();

    public TlsOptions Tls { get; init; } = new();

    /// <summary>The limit for one whole request, from its first byte to its answer's last.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request that failed for a passing reason is tried again.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>
    /// How long to wait before the first retry, more or less; each further wait is about twice as long.
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long a WebSocket may be silent before the analyzer is asked for a sign of life, and may take for it. It
    /// pings every 2 s by itself: one that hangs is noticed after 8 s.
    /// </summary>
    public TimeSpan SignOfLife { get; init; } = TimeSpan.FromSeconds(4);
}

/// <summary>PEM files as Skydive's own client takes them.</summary>
internal sealed record TlsOptions
{
    public string? CaCertificate { get; init; }

    public string? Certificate { get; init; }

    public string? Key { get; init; }

    public bool Insecure { get; init; }
}

/// <summary>What to ask of an analyzer.</summary>
internal sealed record AnalyzerQuery
{
    /// <summary>A moment in the past; null for now.</summary>
    public PointInTime? At { get; init; }

    /// <summary>The span before that moment.</summary>
    public TimeSpan? Duration { get; init; }

    public bool UseFlows { get; init; }

    public int HostsPerRequest { get; init; } = 50;

    /// <summary>Where to write what the analyzer answered; compressed where the name ends in ".gz".</summary>
    public string? SaveTo { get; init; }
}
