using System.Net;
using System.Net.Sockets;
using FlowMatrix.Core;
using Polly;
using Polly.Retry;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>
/// An attempt failed for a reason that may be transient. It does not leave the client: after the last attempt it
/// becomes a <see cref="Failure"/> with the same message.
/// </summary>
/// <param name="retryAfter">The analyzer's Retry-After header; null if it sent none.</param>
internal sealed class TransientException(string message, Exception? cause = null, TimeSpan? retryAfter = null)
    : Exception(message, cause)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>Which errors are retried, how often, and after which delay.</summary>
internal static class RetryPolicy
{
    /// <summary>The limit for delays, also for those from Retry-After.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    /// <summary>Whether the analyzer, or a proxy before it, is busy or restarting.</summary>
    public static bool IsTransient(HttpStatusCode status) =>
        status
            is HttpStatusCode.RequestTimeout
                or HttpStatusCode.TooManyRequests
                or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout;

    /// <summary>
    /// Whether a connection was refused, reset, closed early or timed out. DNS and certificate errors are not
    /// transient.
    /// </summary>
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

                // .NET reports this if the connection is closed during the HTTP/2 handshake.
                case ObjectDisposedException:
                    return true;
                default:
                    break;
            }
        }

        return false;
    }

    /// <param name="retries">Number of retries after the first attempt.</param>
    /// <param name="delay">The delay before the first retry, without jitter.</param>
    /// <param name="time">The clock for the delays.</param>
    /// <param name="retrying">
    /// Called before each retry with the attempt's number (from 2), the delay and the reason.
    /// </param>
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
                        MaxDelay = MaxDelay,
                        DelayGenerator = retry => ValueTask.FromResult(RetryAfter(retry.Outcome.Exception)),
                        OnRetry = retry =>
                        {
                            retrying(retry.AttemptNumber + 2, retry.RetryDelay, retry.Outcome.Exception!.Message);
                            return ValueTask.CompletedTask;
                        },
                    }
                )
                .Build();

    private static TimeSpan? RetryAfter(Exception? failure) =>
        failure is TransientException { RetryAfter: { } wait } ? (wait < MaxDelay ? wait : MaxDelay) : null;
}
