using System.Text.Json;

namespace FlowMatrix.Bench;

/// <summary>
/// Writes an estate in the form of an analyzer's answer: one node per host with its sockets among other metadata, and
/// the nodes of its interfaces. Compact, with the keys in the order of recorded answers.
/// </summary>
internal sealed class EstateWriter(Stream stream, int hosts, int sockets, int seed, bool pools)
{
    private readonly EstateModel _estate = new(hosts, sockets, seed, pools);

    public void Write()
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartArray();
        for (var host = 0; host < hosts; host++)
        {
            WriteHost(json, host);
            WriteInterface(json, host, "eth0", _estate.Address(host), _estate.AddressV6(host));
            WriteInterface(json, host, "docker0", "172.17.0.1", null);
            json.Flush();
        }

        json.WriteEndArray();
    }

    private void WriteHost(Utf8JsonWriter json, int host)
    {
        json.WriteStartObject();
        json.WriteString("ID", Id(host, 0));
        json.WriteStartObject("Metadata");
        json.WriteString("OS", "linux");
        json.WriteStartObject("KernelCmdLine");
        json.WriteString("BOOT_IMAGE", "/vmlinuz");
        json.WriteBoolean("quiet", true);
        json.WriteEndObject();
        json.WriteString("PlatformFamily", "debian");
        json.WriteStartArray("CPU");
        for (var core = 0; core < 8; core++)
        {
            json.WriteStartObject();
            json.WriteNumber("CPU", core);
            json.WriteNumber("CacheSize", 107520);
            json.WriteString("ModelName", "Intel(R) Xeon(R) Processor");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("Type", "host");
        json.WriteString("Name", EstateModel.Name(host));
        json.WriteStartArray("Sockets");
        foreach (var socket in _estate.SocketsOf(host))
        {
            Write(json, socket);
            if (json.BytesPending > 1 << 18)
            {
                json.Flush();
            }
        }

        json.WriteEndArray();
        json.WriteString("KernelVersion", "6.1.0");
        json.WriteEndObject();
        WriteRest(json, host, 10_000 + host);
    }

    private static void WriteInterface(Utf8JsonWriter json, int host, string name, string v4, string? v6)
    {
        json.WriteStartObject();
        json.WriteString("ID", Id(host, name.Length));
        json.WriteStartObject("Metadata");
        json.WriteString("EncapType", "ether");
        json.WriteNumber("MTU", 1500);
        if (v6 is not null)
        {
            json.WriteStartArray("IPV6");
            json.WriteStringValue($"{v6}/64");
            json.WriteEndArray();
        }

        json.WriteStartArray("IPV4");
        json.WriteStringValue($"{v4}/16");
        json.WriteEndArray();
        json.WriteString("Name", name);
        json.WriteString("Type", "device");
        json.WriteEndObject();
        WriteRest(json, host, 3);
    }

    private static void WriteRest(Utf8JsonWriter json, int host, int revision)
    {
        json.WriteString("Host", EstateModel.Name(host));
        json.WriteString("Origin", $"agent.{EstateModel.Name(host)}");
        json.WriteNumber("CreatedAt", 1_795_000_000_000 + host);
        json.WriteNumber("UpdatedAt", 1_795_000_900_000 + host);
        json.WriteNull("DeletedAt");
        json.WriteNumber("Revision", revision);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, in GeneratedSocket socket)
    {
        json.WriteStartObject();
        json.WriteString("LocalAddress"u8, socket.Local);
        json.WriteNumber("LocalPort"u8, socket.LocalPort);
        json.WriteString("Name"u8, socket.Process.Name);
        json.WriteNumber("Pid"u8, socket.Pid);
        json.WriteString("Process"u8, socket.Process.Path);
        json.WriteString("Protocol"u8, socket.Protocol);
        json.WriteString("RemoteAddress"u8, socket.Remote);
        json.WriteNumber("RemotePort"u8, socket.RemotePort);
        json.WriteString("State"u8, socket.State);
        json.WriteEndObject();
    }

    private static string Id(int host, int part) => $"{host:x8}-7c7f-4c49-{part:x4}-0661ea0b2f12";
}
