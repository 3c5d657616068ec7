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
            var expired = new List<Request>();
            foreach (var activation in host.Directory.Activations())
            {
                activation.VisitRequests(request =>
                {
                    if (request.IsExpired(now, _period.Ticks))
                    {
                        expired.Add(request);
                    }
                });
            }

            if (expired.Count > 0)
            {
                // All are explained before the first is broken: those that wait for each other may expire together.
                var calls = CallsByCaller();
                var explanations = expired.ConvertAll(request => Explain(request, calls));
                foreach (var (request, explanation) in expired.Zip(explanations))
                {
                    request.TimeOut(explanation);
                }
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    private Dictionary<GrainId, Request> CallsByCaller()
    {
        var calls = new Dictionary<GrainId, Request>();
        foreach (var activation in host.Directory.Activations())
        {
            activation.VisitRequests(request =>
            {
                if (request.Source is { } source && !request.IsCompleted)
                {
                    calls.TryAdd(source.GrainId, request);
                }
            });
        }

        return calls;
    }

    // The callee may itself wait for a grain that waits, at last, for the caller: then no answer can ever come.
    private static string Explain(Request request, Dictionary<GrainId, Request> calls)
    {
        if (request.Source is null)
        {
            return "";
        }

        var path = new List<GrainId> { request.Source.GrainId, request.Target.GrainId };
        while (path[^1] != request.Source.GrainId)
        {
            if (path.Count > calls.Count + 1 || !calls.TryGetValue(path[^1], out var next))
            {
                return "";
            }

            path.Add(next.Target.GrainId);
        }

        return $"The calls form a cycle: {string.Join(" -> ", path)}.";
    }
}
