using System.Globalization;

namespace MemoryRL.Environments;

/// <summary>Threads that do parts of the same work again and again, together with their caller.</summary>
/// <remarks>A round allocates nothing. The threads sleep between rounds, after a short spin, and are background threads.</remarks>
internal sealed class WorkerTeam : IDisposable
{
    private readonly Action<int> _work;
    private readonly SemaphoreSlim[] _starts;
    private readonly Thread[] _threads;
    private readonly CountdownEvent _unfinished;
    private volatile bool _isStopping;

    /// <summary>Initializes a team and starts its threads.</summary>
    /// <param name="parts">The number of parts of the work; the caller does part 0 itself.</param>
    /// <param name="name">What the threads are called.</param>
    /// <param name="work">Does one part; it must not throw.</param>
    public WorkerTeam(int parts, string name, Action<int> work)
    {
        _work = work;
        _starts = new SemaphoreSlim[parts - 1];
        _threads = new Thread[parts - 1];
        _unfinished = new CountdownEvent(parts - 1);
        for (var worker = 0; worker < _threads.Length; worker++)
        {
            var part = worker + 1;
            _starts[worker] = new SemaphoreSlim(0);
            _threads[worker] = new Thread(() => Serve(part)) { IsBackground = true, Name = string.Create(CultureInfo.InvariantCulture, $"{name} {part}") };
            _threads[worker].Start();
        }
    }

    /// <summary>Does all parts; returns when all are done.</summary>
    public void Run()
    {
        if (_threads.Length == 0)
        {
            _work(0);
            return;
        }

        _unfinished.Reset();
        foreach (var start in _starts)
        {
            start.Release();
        }

        _work(0);
        _unfinished.Wait();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        for (var worker = 0; worker < _threads.Length; worker++)
        {
            _starts[worker].Release();
            _threads[worker].Join();
            _starts[worker].Dispose();
        }

        _unfinished.Dispose();
    }

    private void Serve(int part)
    {
        var start = _starts[part - 1];
        while (true)
        {
            start.Wait();
            if (_isStopping)
            {
                return;
            }

            _work(part);
            _unfinished.Signal();
        }
    }
}
