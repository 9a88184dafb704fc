using System.ComponentModel;
using System.Globalization;
using System.Text;
using CliWrap;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Core.Time;

namespace FlowMatrix.Sources.Linux.Ssh;

/// <summary>How hosts are read over ssh.</summary>
/// <param name="Program">Path of OpenSSH's client; null if it is not installed.</param>
/// <param name="Parallel">How many hosts at once.</param>
/// <param name="Timeout">The time limit of each host.</param>
/// <param name="UsesSudo">Whether to read as root where sudo allows it without a password.</param>
internal sealed record SshSettings(string? Program, int Parallel, TimeSpan Timeout, bool UsesSudo);

/// <summary>
/// The source for <c>--ssh</c>: hosts on which a script prints the kernel's tables. Runs the system's ssh with the
/// user's own configuration, keys and jump hosts. Source: docs/linux.md, "Over ssh".
/// </summary>
internal sealed class SshSource(IReadOnlyList<SshDestination> destinations, SshSettings settings, TimeProvider time)
    : ISource
{
    /// <summary>Of standard error, in characters. The rest is not needed to explain a failure.</summary>
    private const int MaxErrors = 64 * 1024;

    /// <summary>
    /// Runs the script with sh, whatever the login shell is. The probe runs sh, because sudo may allow another command
    /// only.
    /// </summary>
    private const string WithSudo =
        "exec sh -c 'if [ \"$(id -u)\" != 0 ] && sudo -n sh -c : 2>/dev/null; "
        + "then exec sudo -n sh -s \"$SSH_CONNECTION\"; else exec sh -s \"$SSH_CONNECTION\"; fi'";

    private const string WithoutSudo = "exec sh -c 'exec sh -s \"$SSH_CONNECTION\"'";

    /// <summary>No questions, and nothing of the user's configuration that would get in the way.</summary>
    private static readonly string[] Options =
    [
        "BatchMode=yes",
        "ConnectTimeout=10",
        "ServerAliveInterval=5",
        "LogLevel=ERROR",
        "RemoteCommand=none",
        "ClearAllForwardings=yes",
    ];

    /// <exception cref="Failure">ssh is not installed, or a host cannot be read.</exception>
    public async Task<SourceContent> ReadAsync(ReadProgress progress, CancellationToken cancel)
    {
        if (settings.Program is null)
        {
            throw new Failure(
                FailureKind.Usage,
                "--ssh needs the ssh client, which is not installed (Debian and Ubuntu: apt install openssh-client)"
            );
        }

        progress.HostsExpected = destinations.Count;
        var hosts = new HostSnapshot?[destinations.Count];
        var failures = new string?[destinations.Count];
        await Parallel.ForAsync(
            0,
            destinations.Count,
            new ParallelOptions { MaxDegreeOfParallelism = settings.Parallel, CancellationToken = cancel },
            async (i, stop) =>
            {
                try
                {
                    var host = hosts[i] = await ReadAsync(settings.Program, destinations[i], stop);
                    progress.Add(1, host.Namespaces.Sum(netns => netns.Sockets.Count));
                }
                catch (Failure failure)
                {
                    failures[i] = failure.Message;
                }
            }
        );
        RefuseMissing(failures);
        return new SourceContent(Table([.. hosts.Select(host => host!)], progress));
    }

    private static void RefuseMissing(string?[] failures)
    {
        string[] failed = [.. failures.OfType<string>()];
        if (failed.Length > 0)
        {
            throw new Failure(
                FailureKind.Analyzer,
                failed.Length == 1
                    ? failed[0]
                    : $"{failed.Length} of {failures.Length} hosts cannot be read: {string.Join("; ", failed)}"
            );
        }
    }

    private SocketTable Table(HostSnapshot[] hosts, ReadProgress progress)
    {
        var table = new SocketTable();
        var names = hosts
            .Select((host, i) => (host.Name, Host: host, Destination: destinations[i]))
            .GroupBy(host => host.Name, StringComparer.Ordinal);
        foreach (var sameName in names)
        {
            var areSeveral = sameName.Select(host => host.Host.BootId).Distinct().Count() > 1;
            if (areSeveral)
            {
                progress.Warn(
                    $"several hosts have the name {sameName.Key}: their destinations are used as names: "
                        + string.Join(", ", sameName.Select(host => host.Destination.Text))
                );
            }

            foreach (var (name, host, destination) in sameName)
            {
                SnapshotTable.Add(table, host, areSeveral ? destination.Text : name, destination.Text);
            }
        }

        WarnOfHiddenProcesses(hosts, progress);
        return table;
    }

    private static void WarnOfHiddenProcesses(HostSnapshot[] hosts, ReadProgress progress)
    {
        string[] restricted =
        [
            .. hosts.Where(host => host.HiddenSockets > 0).Select(host => host.Name).Order(StringComparer.Ordinal),
        ];
        if (restricted.Length > 0)
        {
            progress.Warn(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{hosts.Sum(host => host.HiddenSockets)} sockets have no process, because the user may not read "
                        + $"those of other users on {string.Join(", ", restricted)}: log in as root, or allow sudo sh "
                        + $"without a password"
                )
            );
        }
    }

    private async Task<HostSnapshot> ReadAsync(string program, SshDestination destination, CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (host, errors, problem) = await TryReadAsync(program, destination, cancel);
            if (host is not null)
            {
                return host;
            }

            if (attempt > 0 || !SshFailures.IsTransient(errors))
            {
                throw new Failure(FailureKind.Analyzer, $"{destination.Text}: {problem}");
            }
        }
    }

    private async Task<(HostSnapshot? Host, string Errors, string Problem)> TryReadAsync(
        string program,
        SshDestination destination,
        CancellationToken cancel
    )
    {
        using var limit = new TimeLimit(settings.Timeout, time, cancel);
        var (errors, output) = (new StringBuilder(), new ScriptOutput(destination.Text));
        try
        {
            var result = await Cli.Wrap(program)
                .WithArguments(Arguments(destination))
                .WithValidation(CommandResultValidation.None)
                .WithStandardInputPipe(PipeSource.FromString(HostScript.Create()))
                .WithStandardOutputPipe(PipeTarget.Create(output.ReadAsync))
                .WithStandardErrorPipe(
                    PipeTarget.ToDelegate(line =>
                    {
                        if (errors.Length < MaxErrors)
                        {
                            errors.Append(line).Append('\n');
                        }
                    })
                )
                .ExecuteAsync(limit.Token);
            var text = errors.ToString();
            var problem = output.Host is not null
                ? ""
                : output.Problem ?? SshFailures.Explain(result.ExitCode, text, output.FirstLine);
            return (output.Host, text, problem);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, "", $"no complete answer within {settings.Timeout.TotalSeconds:0.#} s (see --timeout)");
        }
        catch (Win32Exception e)
        {
            throw new Failure(FailureKind.Analyzer, $"ssh cannot be started: {program}: {e.Message}", e);
        }
    }

    private List<string> Arguments(SshDestination destination)
    {
        List<string> arguments = ["-T"];
        foreach (var option in Options)
        {
            arguments.AddRange(["-o", option]);
        }

        if (destination.Port is { } port)
        {
            arguments.AddRange(["-p", port.ToString(CultureInfo.InvariantCulture)]);
        }

        arguments.AddRange(["--", destination.Host, settings.UsesSudo ? WithSudo : WithoutSudo]);
        return arguments;
    }
}
