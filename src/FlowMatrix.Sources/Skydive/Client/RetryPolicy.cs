using System.Net;
using System.Net.Sockets;
using FlowMatrix.Core;
using Polly;
using Polly.Retry;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>
/// A try that failed for a reason that may pass. Never leaves the client: when the tries are used up it becomes a
/// <see cref="Failure"/> with the same message.
/// </summary>
/// <param name="retryAfter">When the analyzer asks to be left alone for so long.</param>
internal sealed class TransientException(string message, Exception? cause = null, TimeSpan? retryAfter = null)
    : Exception(message, cause)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>All that decides what is tried again, how often, and after how long.</summary>
internal static class RetryPolicy
{
    /// <summary>An analyzer may ask for any wait; nobody would sit through a longer one.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Busy, restarting, or behind a proxy that finds it so.</summary>
    public static bool IsTransient(HttpStatusCode status) =>
        status
            is HttpStatusCode.RequestTimeout
                or HttpStatusCode.TooManyRequests
                or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout;

    /// <summary>Refused, reset, timed out, or broken off: not a name that doesn't resolve, nor a certificate.</summary>
    public static bool IsTransient(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return socket.SocketErrorCode
                        is SocketError.ConnectionRefused
                            or SocketError.ConnectionReset
                            or SocketError.ConnectionAborted
                            or SocketError.TimedOut
                            or SocketError.Shutdown;
                case HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }:
                case HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                case HttpProtocolException:

                // A connection closed on us while HTTP/2 was setting up may be gone before .NET can say how.
                case ObjectDisposedException:
                    return true;
                default:
                    break;
            }
        }

        return false;
    }

    /// <param name="retries">How often after the first try.</param>
    /// <param name="delay">About how long before the first retry.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="retrying">Told the number of the next try, from 2, the wait before it, and why.</param>
    public static ResiliencePipeline Create(
        int retries,
        TimeSpan delay,
        TimeProvider time,
        Action<int, TimeSpan, string> retrying
    ) =>
        retries == 0
            ? ResiliencePipeline.Empty
            : new ResiliencePipelineBuilder { TimeProvider = time }
                .AddRetry(
                    new RetryStrategyOptions
                    {
                        ShouldHandle = new PredicateBuilder().Handle<TransientException>(),
                        MaxRetryAttempts = retries,
                        BackoffType = DelayBackoffType.Exponential,
                        UseJitter = true,
                        Delay = delay,
                        MaxDelay = LongestWait,
                        DelayGenerator = retry => ValueTask.FromResult(AskedFor(retry.Outcome.Exception)),
                        OnRetry = retry =>
                        {
                            retrying(retry.AttemptNumber + 2, retry.RetryDelay, retry.Outcome.Exception!.Message);
                            return ValueTask.CompletedTask;
                        },
                    }
                )
                .Build();

    private static TimeSpan? AskedFor(Exception? failure) =>
        failure is TransientException { RetryAfter: { } wait } ? (wait < LongestWait ? wait : LongestWait) : null;
}
