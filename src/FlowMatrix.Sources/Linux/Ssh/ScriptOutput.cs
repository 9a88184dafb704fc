using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Sources.Streams;

namespace FlowMatrix.Sources.Linux.Ssh;

/// <summary>Reads the output of the script while it comes.</summary>
/// <param name="destination">For messages.</param>
internal sealed class ScriptOutput(string destination)
{
    /// <summary>What the host reported; null if its output was not complete.</summary>
    public HostSnapshot? Host { get; private set; }

    /// <summary>What is wrong with the output, as a clause; null if nothing is, or if the script did not run.</summary>
    public string? Problem { get; private set; }

    /// <summary>The first line of the output if the script did not run; empty if there is none.</summary>
    public string FirstLine { get; private set; } = "";

    public Task ReadAsync(Stream output, CancellationToken cancel) =>
        Task.Run(
            () =>
            {
                var reader = new ScriptReader(FailureKind.Analyzer, destination);
                try
                {
                    Host = reader.Read(output, cancel);
                }
                catch (Failure failure)
                {
                    (Problem, FirstLine) = reader.HasBegun
                        ? (failure.Message[(destination.Length + 2)..], "")
                        : (null, reader.FirstLine);
                }

                // ssh would fail if it could not write what comes after the end.
                output.CopyTo(Stream.Null);
            },
            cancel
        );
}
