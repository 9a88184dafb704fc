using System.Net;

namespace FlowMatrix.Testing.Skydive;

/// <summary>
/// Stands in for whatever proxy the machine's environment names: one that nobody answers at, so that every test with
/// an analyzer on a loopback address shows that none is used for it. Names without an address need none.
/// </summary>
internal sealed class BrokenProxy : IWebProxy
{
    public ICredentials? Credentials { get; set; }

    public static void Install() => HttpClient.DefaultProxy = new BrokenProxy();

    public Uri GetProxy(Uri destination) => new("http://127.0.0.1:1/");

    public bool IsBypassed(Uri host) => host.Host.EndsWith(".invalid", StringComparison.Ordinal);
}
