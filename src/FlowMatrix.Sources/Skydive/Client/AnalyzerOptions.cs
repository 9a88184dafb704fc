using FlowMatrix.Sources.Skydive.Saving;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>The analyzer to query and how to log in. All values are validated.</summary>
/// <param name="Address">Scheme (http or https), host and port; the path is "/" or a prefix that ends in "/".</param>
/// <param name="Time">The clock for timeouts, waits and the timestamps that are sent.</param>
internal sealed record AnalyzerOptions(Uri Address, TimeProvider Time)
{
    /// <summary>Whether the address is the default one, since none was given.</summary>
    public bool IsAssumed { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>Masked in all messages. The client adds the password and the login token.</summary>
    public SecretMask Secrets { get; init; } = new();

    public TlsOptions Tls { get; init; } = new();

    /// <summary>The limit for one attempt, from the start of the request to the end of the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Number of retries after a transient error.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>
    /// The wait before the first retry, with jitter. It doubles with each further retry.
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// After this time without data on a WebSocket a ping is sent, and its pong must arrive within the same time. The
    /// analyzer itself pings every 2 s, so one that hangs is noticed after 8 s.
    /// </summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(4);
}

/// <summary>The PEM files, as for Skydive's own client.</summary>
internal sealed record TlsOptions
{
    public string? CaCertificate { get; init; }

    public string? Certificate { get; init; }

    public string? Key { get; init; }

    public bool Insecure { get; init; }
}

/// <summary>What to query from an analyzer.</summary>
internal sealed record AnalyzerQuery
{
    /// <summary>A time in the past; null for now.</summary>
    public PointInTime? At { get; init; }

    /// <summary>The span that ends at <see cref="At"/>; null for that moment only.</summary>
    public TimeSpan? Duration { get; init; }

    public bool UseFlows { get; init; }

    public int HostsPerRequest { get; init; } = 50;

    /// <summary>The file to save the answers to, compressed if its name ends in ".gz"; null for none.</summary>
    public string? SaveTo { get; init; }
}
