using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FlowMatrix.Core;
using FlowMatrix.Core.Text;
using FlowMatrix.Files;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>TLS as the options require it, and the reason if a certificate is refused.</summary>
internal sealed class AnalyzerTls : IDisposable
{
    private readonly TlsOptions _options;
    private readonly string _host;
    private readonly TimeProvider _time;
    private readonly X509Certificate2Collection _authorities;
    private readonly X509Certificate2Collection _clientCertificates = [];

    /// <exception cref="Failure">A file of the options cannot be read or is not valid.</exception>
    public AnalyzerTls(TlsOptions options, string host, TimeProvider time)
    {
        (_options, _host, _time) = (options, host, time);
        _authorities = ReadAuthorities(options);
        Authentication = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Check };
        if (_authorities.Count > 0)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(_authorities);
            Authentication.CertificateChainPolicy = policy;
        }

        if (ReadClientCertificate(options, _clientCertificates) is { } client)
        {
            Authentication.ClientCertificateContext = SslStreamCertificateContext.Create(
                client,
                _clientCertificates,
                offline: true
            );
        }
    }

    public SslClientAuthenticationOptions Authentication { get; }

    /// <summary>Why the last certificate was refused; null if none was.</summary>
    public string? Problem { get; private set; }

    public void Dispose()
    {
        foreach (var certificate in _authorities.Concat(_clientCertificates))
        {
            certificate.Dispose();
        }
    }

    private bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_options.Insecure || errors == SslPolicyErrors.None)
        {
            return true;
        }

        Problem =
            certificate is not X509Certificate2 leaf ? "the analyzer sent none"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? ChainProblem(leaf, chain)
            : $"it is for {Names(leaf)}, not for {_host}";
        return false;
    }

    private string ChainProblem(X509Certificate2 leaf, X509Chain? chain)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var status = chain?.ChainStatus ?? [];
        if (leaf.NotAfter.ToUniversalTime() < now)
        {
            return $"it expired on {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd}";
        }

        if (leaf.NotBefore.ToUniversalTime() > now)
        {
            return $"it is not valid before {leaf.NotBefore.ToUniversalTime():yyyy-MM-dd}";
        }

        if (status.Any(s => s.Status is X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain))
        {
            var by = leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData)
                ? "is self-signed and"
                : $"is issued by {UntrustedText.Shown(leaf.Issuer)}, which is";
            return $"it {by} not trusted by {(_authorities.Count > 0 ? _options.CaCertificate : "this machine")}";
        }

        return string.Join(", ", status.Select(s => s.Status).Distinct());
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = new List<string>();
        foreach (var extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            names.AddRange(extension.EnumerateDnsNames().Select(UntrustedText.Shown));
            names.AddRange(extension.EnumerateIPAddresses().Select(address => address.ToString()));
        }

        return names.Count == 0 ? UntrustedText.Shown(certificate.Subject) : string.Join(", ", names.Take(5));
    }

    private static X509Certificate2Collection ReadAuthorities(TlsOptions options)
    {
        var found = new X509Certificate2Collection();
        if (options.CaCertificate is { } file)
        {
            ReadCertificates(file, ReadText(file), found);
        }

        return found;
    }

    /// <summary>
    /// The client certificate with its key. Further certificates of its file are sent along as its chain.
    /// </summary>
    private static X509Certificate2? ReadClientCertificate(TlsOptions options, X509Certificate2Collection all)
    {
        if (options.Certificate is not { } file)
        {
            return options.Key is null
                ? null
                : throw new Failure(FailureKind.Usage, "--key needs --cert, the certificate of the key");
        }

        var keyFile = options.Key ?? file;
        var (pem, key) = (ReadText(file), ReadText(keyFile));
        ReadCertificates(file, pem, all);
        X509Certificate2? client = null;
        CheckPem(
            keyFile,
            $"the unencrypted key of the certificate in {file}",
            () => client = X509Certificate2.CreateFromPem(pem, key)
        );
        if (OperatingSystem.IsWindows())
        {
            // On Windows, TLS needs a key that is not only in memory.
            using var inMemory = client;
            client = X509CertificateLoader.LoadPkcs12(inMemory!.Export(X509ContentType.Pkcs12), null);
        }

        all.Add(client!);
        return client;
    }

    private static void ReadCertificates(string file, string pem, X509Certificate2Collection into)
    {
        CheckPem(file, "certificates", () => into.ImportFromPem(pem));
        if (into.Count == 0)
        {
            throw new Failure(FailureKind.Usage, $"{file}: has no PEM certificate (\"-----BEGIN CERTIFICATE-----\")");
        }
    }

    private static string ReadText(string file)
    {
        try
        {
            return SmallFile.ReadText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new Failure(FailureKind.Usage, $"{file}: cannot be read: {UnreadableFile.Why(file, e)}", e);
        }
    }

    private static void CheckPem(string file, string what, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            var why = e.Message.Split(" (Parameter ")[0];
            throw new Failure(FailureKind.Usage, $"{file}: does not hold {what} as PEM: {why}", e);
        }
    }
}
