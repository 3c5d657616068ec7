namespace MemoryRL.Grains.Tests;

/// <summary>What the counting learners of a host did, update by update.</summary>
public sealed class LearnerTrace
{
    private readonly Lock _lock = new();
    private readonly List<(long Update, ulong Digest)> _updates = [];
    private readonly List<(long Update, TaskCompletionSource Reached)> _waits = [];
    private readonly HashSet<int> _threads = [];
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposed;

    /// <summary>Gets the updates so far, in the order in which they were done.</summary>
    public IReadOnlyList<(long Update, ulong Digest)> Updates
    {
        get
        {
            lock (_lock)
            {
                return [.. _updates];
            }
        }
    }

    /// <summary>Gets the threads on which learners ran.</summary>
    public int ThreadCount
    {
        get
        {
            lock (_lock)
            {
                return _threads.Count;
            }
        }
    }

    /// <summary>Gets how many learners were given back.</summary>
    public int DisposedCount => _disposed;

    public void Record(long update, ulong digest, Thread thread)
    {
        Assert.StartsWith("learner ", thread.Name, StringComparison.Ordinal);
        lock (_lock)
        {
            _updates.Add((update, digest));
            _ = _threads.Add(thread.ManagedThreadId);
            foreach (var wait in _waits.Where(wait => wait.Update <= update))
            {
                _ = wait.Reached.TrySetResult();
            }
        }
    }

    public void RecordDisposal(Thread thread)
    {
        Assert.StartsWith("learner ", thread.Name, StringComparison.Ordinal);
        _ = Interlocked.Increment(ref _disposed);
    }

    /// <summary>Holds a learner's thread until the test releases it.</summary>
    public void Hold()
    {
        _ = _held.TrySetResult();
        _ = _released.Task.Wait(TimeSpan.FromSeconds(60));
    }

    /// <summary>Waits until a learner is held.</summary>
    public Task WaitForHoldAsync() => _held.Task.WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Lets learners that are held go on.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Waits until a learner has done an update.</summary>
    public Task WaitForAsync(long update)
    {
        lock (_lock)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((update, reached));
            if (_updates.Any(done => done.Update >= update))
            {
                reached.SetResult();
            }

            return reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }
}
