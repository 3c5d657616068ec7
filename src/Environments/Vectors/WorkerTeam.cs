using System.Globalization;

namespace MemoryRL.Environments;

/// <summary>Threads that do parts of the same work again and again, together with their caller.</summary>
/// <remarks>
/// A round allocates nothing: semaphores and events of the library do so when they first sleep, monitors do not. Whoever waits looks again a few times
/// before it sleeps, since the others are often about to be ready.
/// </remarks>
internal sealed class WorkerTeam : IDisposable
{
    private const int LooksBeforeSleeping = 20;

    private readonly Action<int> _work;
    private readonly Thread[] _threads;
    private readonly object _start = new();
    private readonly object _finish = new();
    private volatile int _round;
    private volatile int _unfinished;
    private volatile bool _isStopping;

    /// <summary>Initializes a team and starts its threads.</summary>
    /// <param name="parts">The number of parts of the work; the caller does part 0 itself.</param>
    /// <param name="name">What the threads are called.</param>
    /// <param name="work">Does one part; it must not throw.</param>
    public WorkerTeam(int parts, string name, Action<int> work)
    {
        _work = work;
        _threads = new Thread[parts - 1];
        for (var worker = 0; worker < _threads.Length; worker++)
        {
            var part = worker + 1;
            _threads[worker] = new Thread(() => Serve(part)) { IsBackground = true, Name = string.Create(CultureInfo.InvariantCulture, $"{name} {part}") };
            _threads[worker].Start();
        }
    }

    /// <summary>Does all parts; returns when all are done.</summary>
    public void Run()
    {
        _unfinished = _threads.Length;
        if (_threads.Length > 0)
        {
            BeginRound();
        }

        _work(0);
        AwaitFinish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        BeginRound();
        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void Serve(int part)
    {
        for (var round = 0; ; round++)
        {
            AwaitRoundAfter(round);
            if (_isStopping)
            {
                return;
            }

            _work(part);
            if (Interlocked.Decrement(ref _unfinished) == 0)
            {
                lock (_finish)
                {
                    Monitor.PulseAll(_finish);
                }
            }
        }
    }

    private void BeginRound()
    {
        lock (_start)
        {
            // No thread can be two rounds behind: each round waits for all of them. So the number may wrap.
            _round = unchecked(_round + 1);
            Monitor.PulseAll(_start);
        }
    }

    private void AwaitRoundAfter(int round)
    {
        var spin = default(SpinWait);
        for (var look = 0; look < LooksBeforeSleeping && _round == round; look++)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        lock (_start)
        {
            while (_round == round)
            {
                Monitor.Wait(_start);
            }
        }
    }

    private void AwaitFinish()
    {
        var spin = default(SpinWait);
        for (var look = 0; look < LooksBeforeSleeping && _unfinished > 0; look++)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        lock (_finish)
        {
            while (_unfinished > 0)
            {
                Monitor.Wait(_finish);
            }
        }
    }
}
