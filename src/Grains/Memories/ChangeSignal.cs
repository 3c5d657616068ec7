namespace MemoryRL.Grains;

/// <summary>Wakes the calls that wait inside a grain until something in it changes. Used from the grain's turns only; a wait holds no turn.</summary>
/// <param name="time">The clock of the deadlines.</param>
/// <param name="stopping">Ends every wait when the host stops.</param>
internal sealed class ChangeSignal(TimeProvider time, CancellationToken stopping)
{
    private TaskCompletionSource? _changed;

    /// <summary>Wakes every waiting call, which then looks again at what it waits for.</summary>
    public void Pulse()
    {
        var changed = _changed;
        _changed = null;
        changed?.SetResult();
    }

    /// <summary>Gets the moment at which a wait that begins now ends.</summary>
    /// <param name="maxWait">How long the call may wait; not negative.</param>
    /// <returns>The deadline, as a timestamp.</returns>
    public long DeadlineAfter(TimeSpan maxWait) => time.GetTimestamp() + (long)(maxWait.TotalSeconds * time.TimestampFrequency);

    /// <summary>Gets how much time is left until a deadline.</summary>
    /// <param name="deadline">What <see cref="DeadlineAfter"/> gave.</param>
    /// <returns>The time left, not negative.</returns>
    public TimeSpan LeftUntil(long deadline)
    {
        var left = time.GetElapsedTime(time.GetTimestamp(), deadline);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Adds to the reason of a wait that the host stops, where it does.</summary>
    /// <param name="reason">What the call waited for.</param>
    /// <returns>The reason.</returns>
    public string Explain(string reason) => stopping.IsCancellationRequested ? $"{reason}; the silo stops" : reason;

    /// <summary>Waits for the next change.</summary>
    /// <param name="deadline">What <see cref="DeadlineAfter"/> gave.</param>
    /// <param name="cancellationToken">Ends the wait with an error.</param>
    /// <returns>Whether something changed; false when the deadline passed or the host stops.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async ValueTask<bool> WaitAsync(long deadline, CancellationToken cancellationToken)
    {
        var left = LeftUntil(deadline);
        if (left == TimeSpan.Zero || stopping.IsCancellationRequested)
        {
            return false;
        }

        _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            await _changed.Task.WaitAsync(left, time, ended.Token);
            return true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
