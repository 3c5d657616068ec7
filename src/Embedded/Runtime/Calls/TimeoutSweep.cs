using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>
/// Breaks the promises of requests that wait too long. One timer for the whole host looks through the activations: a call costs no timer and
/// no entry in a table. An answer is late by at most two periods of the sweep.
/// </summary>
internal sealed class TimeoutSweep(EmbeddedHost host) : IDisposable
{
    private readonly TimeSpan _period = Period(host);
    private readonly Lock _lock = new();
    private ITimer? _timer;

    public void Dispose() => _timer?.Dispose();

    internal void Start()
    {
        host.Clock.Advance();
        _timer = host.Time.CreateTimer(static state => ((TimeoutSweep)state!).Sweep(), this, _period, _period);
    }

    // Down to a hundredth of the shortest timeout there is, between 10 ms and 1 s.
    private static TimeSpan Period(EmbeddedHost host)
    {
        var shortest = host.Registry.ShortestTimeout(host.ResponseTimeout(fromGrain: true), host.ResponseTimeout(fromGrain: false));
        var ticks = shortest == Timeout.InfiniteTimeSpan ? TimeSpan.TicksPerSecond : shortest.Ticks / 20;
        return TimeSpan.FromTicks(Math.Clamp(ticks, 10 * TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond));
    }

    private void Sweep()
    {
        if (!_lock.TryEnter())
        {
            return;
        }

        try
        {
            host.Clock.Advance();
            var now = host.Clock.Now;
            foreach (var activation in host.Directory.Activations())
            {
                activation.VisitRequests(request => request.TimeOutIfExpired(now, _period.Ticks, Explain));
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    // The callee may itself wait for a grain that waits, at last, for the caller: then no answer can ever come.
    private string Explain(Request request)
    {
        if (request.Source is null)
        {
            return "";
        }

        var calls = new Dictionary<GrainId, Request>();
        foreach (var activation in host.Directory.Activations())
        {
            activation.VisitRequests(other =>
            {
                if (other.Source is { } source && !other.IsCompleted)
                {
                    calls.TryAdd(source.GrainId, other);
                }
            });
        }

        var path = new List<string> { request.Source.GrainId.ToString(), request.Target.GrainId.ToString() };
        var at = request.Target.GrainId;
        while (at != request.Source.GrainId)
        {
            if (path.Count > calls.Count + 2 || !calls.TryGetValue(at, out var next))
            {
                return "";
            }

            at = next.Target.GrainId;
            path.Add(at.ToString());
        }

        return $"The calls form a cycle: {string.Join(" -> ", path)}.";
    }
}
