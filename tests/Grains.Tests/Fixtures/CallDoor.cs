using System.Collections.Concurrent;

namespace MemoryRL.Grains.Tests;

/// <summary>Stands before every grain call of a test host: deactivates a grain after a call, or loses a call's answer.</summary>
public sealed class CallDoor : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<GrainId, TaskCompletionSource<Task>> _deactivations = new();
    private readonly ConcurrentDictionary<GrainId, int> _lostAnswers = new();
    private readonly ConcurrentDictionary<GrainId, int> _refusedCalls = new();

    /// <summary>Deactivates a grain.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="call">Any call of it, after which it goes.</param>
    /// <returns>Completes when it is gone.</returns>
    public async Task DeactivateAsync(IAddressable grain, Func<Task> call)
    {
        var gone = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        _deactivations[grain.GetGrainId()] = gone;
        await call();
        await (await gone.Task).WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Loses the answers of a grain's next calls: they are carried out, and their callers get an error.</summary>
    public void LoseAnswers(IAddressable grain, int count) => _lostAnswers[grain.GetGrainId()] = count;

    /// <summary>Loses a grain's next calls: they are not carried out, and their callers get an error.</summary>
    public void LoseCalls(IAddressable grain, int count) => _refusedCalls[grain.GetGrainId()] = count;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        ThrowOnce(_refusedCalls, context.TargetId);
        await context.Invoke();
        if (_deactivations.TryRemove(context.TargetId, out var gone))
        {
            context.TargetContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "A test asked for it."));
            gone.SetResult(context.TargetContext.Deactivated);
        }

        ThrowOnce(_lostAnswers, context.TargetId);
    }

    private static void ThrowOnce(ConcurrentDictionary<GrainId, int> faults, GrainId target)
    {
        if (faults.TryGetValue(target, out var left) && left > 0 && faults.TryUpdate(target, left - 1, left))
        {
            throw new TimeoutException("The call was lost.");
        }
    }
}
