namespace MemoryRL.Client;

/// <summary>Repeats calls that answer with a reason to wait, until the caller's deadline.</summary>
/// <param name="operation">What waits, for the error.</param>
/// <param name="memoryName">The memory, for the error.</param>
/// <param name="deadline">How long the caller allows.</param>
/// <param name="maxCallWait">The longest wait asked of a grain in one call.</param>
/// <param name="time">The clock.</param>
internal readonly struct Waiting(string operation, string memoryName, TimeSpan deadline, TimeSpan maxCallWait, TimeProvider time)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Calls until there is an answer.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="call">Makes one call, which may wait for the time given; it must be safe to repeat.</param>
    /// <param name="waitReason">Says why an answer is none; null where it is one.</param>
    /// <param name="retried">Is told of every call that has to be repeated, with its reason, and with the error where the answer was lost.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="MemoryTimeoutException">The deadline passed.</exception>
    public async Task<T> UntilAnsweredAsync<T>(
        Func<TimeSpan, CancellationToken, Task<T>> call, Func<T, string?> waitReason, Action<string, Exception?>? retried, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var pause = ShortestPause;
        while (true)
        {
            var callStarted = time.GetTimestamp();
            var callWait = Shorter(maxCallWait, deadline - time.GetElapsedTime(started, callStarted));
            Exception? failure = null;
            string reason;
            try
            {
                var answer = await call(callWait, cancellationToken);
                if (waitReason(answer) is not { } why)
                {
                    return answer;
                }

                reason = why;
            }
            catch (Exception error) when (IsTransient(error))
            {
                // The answer was lost, perhaps after the work was done: the call is safe to repeat.
                failure = error;
                reason = error.Message;
            }

            var left = deadline - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                throw new MemoryTimeoutException(operation, memoryName, deadline, reason, failure);
            }

            retried?.Invoke(reason, failure);

            // A grain that waits as long as it was asked to needs no pause; one that answers at once must not be called in a tight loop.
            if (time.GetElapsedTime(callStarted) < callWait)
            {
                await Task.Delay(Shorter(pause, left), time, cancellationToken);
                pause = Shorter(pause * 2, LongestPause);
            }
        }
    }

    /// <summary>Tells whether a call failed in a way that another try may mend.</summary>
    /// <param name="error">The error.</param>
    /// <returns>Whether the answer was lost, or the host was not there.</returns>
    public static bool IsTransient(Exception error) => error is OrleansException or (TimeoutException and not MemoryTimeoutException);

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right)
    {
        var shorter = left < right ? left : right;
        return shorter > TimeSpan.Zero ? shorter : TimeSpan.Zero;
    }
}
