using System.Text;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Core.Policies;

/// <summary>Checks the sample against a policy, at a fixed time.</summary>
internal static class PolicyRun
{
    public const string AllowAll = """
        allow:
          - reason: all that the sample does
            host: vm-*
        """;

    public static Task<Run> CheckAsync(TemporaryFolder folder, string policy, params string[] arguments) =>
        Run.WithAsync(
            new RunEnvironment { Time = new StoppedClock(new DateTimeOffset(2026, 11, 22, 23, 59, 0, TimeSpan.Zero)) },
            ["check", "-i", Sample.Estate, "-p", folder.Write("flows.yaml", policy), .. arguments]
        );

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
