namespace TorchSharp;

/// <summary>A part of an operation's work: what it works on, and which part it is.</summary>
internal unsafe delegate void WorkPart(void* state, int part);

/// <summary>The threads that share out one operation's work, one set for the whole process.</summary>
/// <remarks>
/// The caller works too, so a budget of n threads has n - 1 workers. They spin for a short while after their last part, since the next
/// operation is often only microseconds away, and then park, so that an idle engine takes nothing from a busy host. A caller that finds
/// the pool at work for another does all parts itself: it never waits, and calls that nest or meet cannot lock each other out.
/// </remarks>
internal static unsafe class WorkerPool
{
    internal const int MostThreads = 64;

    private const int SpinsBeforeParking = 2_000;
    private const int SpinsBeforeYielding = 10_000;

    private static readonly Lock Resizing = new();
    private static readonly object Parking = new();
    private static int _threads = 1;
    private static int _workers;
    private static int _busy;
    private static int _parked;

    // The job's number (32 bits), its parts (16) and the next one to be taken (16): taking a part is one exchange, and a worker that
    // comes late finds either another number or no part left.
    private static long _ticket;
    private static int _unfinished;
    private static WorkPart? _work;
    private static void* _state;

    /// <summary>Threads that one operation may use, the caller's included.</summary>
    internal static int Threads
    {
        get => Volatile.Read(ref _threads);
        set
        {
            lock (Resizing)
            {
                var threads = Math.Min(value, MostThreads);
                for (; _workers < threads - 1; _workers++)
                {
                    new Thread(Serve) { IsBackground = true, Name = $"tensor worker {_workers + 1}" }.UnsafeStart();
                }

                Volatile.Write(ref _threads, threads);
            }
        }
    }

    /// <summary>Does all parts, on as many threads as there are for it; returns when all are done. The work must not throw.</summary>
    /// <param name="parts">The number of parts, at most <see cref="MostThreads"/>.</param>
    /// <param name="work">Does one part.</param>
    /// <param name="state">Handed to every part; it may live on the caller's stack.</param>
    internal static void Run(int parts, WorkPart work, void* state)
    {
        if (parts == 1 || Threads == 1 || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            for (var part = 0; part < parts; part++)
            {
                work(state, part);
            }

            return;
        }

        _work = work;
        _state = state;
        Volatile.Write(ref _unfinished, parts);
        var job = (int)(_ticket >> 32) + 1;
        _ = Interlocked.Exchange(ref _ticket, ((long)job << 32) | ((long)parts << 16));
        if (Volatile.Read(ref _parked) > 0)
        {
            lock (Parking)
            {
                Monitor.PulseAll(Parking);
            }
        }

        while (TryTake(job, out var part))
        {
            work(state, part);
            _ = Interlocked.Decrement(ref _unfinished);
        }

        // A worker that lost its core holds its part: after a while the wait gives way to it.
        for (var spins = 0; Volatile.Read(ref _unfinished) > 0; spins++)
        {
            if (spins < SpinsBeforeYielding)
            {
                Thread.SpinWait(4);
            }
            else
            {
                _ = Thread.Yield();
            }
        }

        Volatile.Write(ref _busy, 0);
    }

    private static bool TryTake(int job, out int part)
    {
        while (true)
        {
            var ticket = Interlocked.Read(ref _ticket);
            part = (int)(ticket & 0xFFFF);
            if ((int)(ticket >> 32) != job || part >= (int)((ticket >> 16) & 0xFFFF))
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) == ticket)
            {
                return true;
            }
        }
    }

    private static void Serve()
    {
        var done = (int)(Interlocked.Read(ref _ticket) >> 32);
        while (true)
        {
            done = AwaitJob(done);
            while (TryTake(done, out var part))
            {
                _work!(_state, part);
                _ = Interlocked.Decrement(ref _unfinished);
            }
        }
    }

    private static int AwaitJob(int done)
    {
        for (var spins = 0; spins < SpinsBeforeParking; spins++)
        {
            var job = (int)(Interlocked.Read(ref _ticket) >> 32);
            if (job != done)
            {
                return job;
            }

            Thread.SpinWait(8);
        }

        lock (Parking)
        {
            // Announced before the last look: a caller either sees a parked worker or the worker sees the job.
            _ = Interlocked.Increment(ref _parked);
            int job;
            while ((job = (int)(Interlocked.Read(ref _ticket) >> 32)) == done)
            {
                _ = Monitor.Wait(Parking);
            }

            _ = Interlocked.Decrement(ref _parked);
            return job;
        }
    }
}
