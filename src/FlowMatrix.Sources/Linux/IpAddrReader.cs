using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Sources.Linux;

/// <summary>Reads the addresses of a host from what <c>ip -j addr</c> prints. Source: docs/linux.md, "ss".</summary>
/// <param name="source">The file, for messages.</param>
internal sealed class IpAddrReader(string source)
{
    /// <summary>Far more than any host has.</summary>
    private const int MaxLength = 64 * 1024 * 1024;

    /// <summary>Whether a file begins as the output of <c>ip -j addr</c> does.</summary>
    public static bool IsIpAddr(ReadOnlySpan<byte> first) =>
        first.StartsWith("[{"u8) && first[2..].TrimStart(" \n"u8).StartsWith("\"ifindex\""u8);

    /// <exception cref="Failure">The text is not complete, or not in the form of <c>ip -j addr</c>.</exception>
    public HostSnapshot Read(Stream text)
    {
        using var content = new MemoryStream();
        text.CopyTo(content, MaxLength);
        try
        {
            using var json = JsonDocument.Parse(content.ToArray());
            var host = new HostSnapshot { HasSockets = false };
            host.Addresses.AddRange(json.RootElement.EnumerateArray().SelectMany(AddressesOf));
            return host;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new Failure(FailureKind.Input, $"{source}: is not what ip -j addr prints: {e.Message}", e);
        }
    }

    private IEnumerable<IpAddress> AddressesOf(JsonElement link)
    {
        foreach (var info in link.GetProperty("addr_info").EnumerateArray())
        {
            if (info.TryGetProperty("local", out var local))
            {
                yield return IpAddress.TryParse(local.GetString() ?? "", out var address)
                    ? address
                    : throw new Failure(FailureKind.Input, $"{source}: {local} is not a valid IP address");
            }
        }
    }
}
