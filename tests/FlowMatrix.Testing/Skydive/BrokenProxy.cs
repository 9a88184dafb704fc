using System.Net;

namespace FlowMatrix.Testing.Skydive;

/// <summary>
/// Replaces the proxy of the machine's environment with one that does not answer, so that every test with an analyzer
/// on loopback shows that no proxy is used for it. It is bypassed for names in .invalid, which have no address anyway.
/// </summary>
internal sealed class BrokenProxy : IWebProxy
{
    public ICredentials? Credentials { get; set; }

    public static void Install() => HttpClient.DefaultProxy = new BrokenProxy();

    public Uri GetProxy(Uri destination) => new("http://127.0.0.1:1/");

    public bool IsBypassed(Uri host) => host.Host.EndsWith(".invalid", StringComparison.Ordinal);
}
