using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>The workers of a stateless grain: an idle one takes the request, else a new one up to the limit, else the least loaded.</summary>
internal sealed class WorkerGroup(EmbeddedHost host, GrainClass grainClass, GrainId grainId) : CallTarget
{
    private readonly Lock _lock = new();
    private readonly List<Activation> _workers = [];
    private bool _isGone;

    internal override bool IsGone => Volatile.Read(ref _isGone);

    internal override void Post(Request request)
    {
        lock (_lock)
        {
            if (!_isGone)
            {
                Choose().PostCounted(request);
                return;
            }
        }

        host.Directory.Reroute(request);
    }

    internal override void AddActivations(List<Activation> activations)
    {
        lock (_lock)
        {
            activations.AddRange(_workers);
        }
    }

    /// <summary>Forgets a worker that goes; with the last one the group goes too.</summary>
    internal void Remove(Activation worker)
    {
        lock (_lock)
        {
            _workers.Remove(worker);
            if (_workers.Count == 0)
            {
                host.Directory.Remove(grainId, this);
                _isGone = true;
            }
        }
    }

    private Activation Choose()
    {
        Activation? best = null;
        foreach (var worker in _workers)
        {
            if (!worker.IsLeaving && (best is null || worker.Load < best.Load))
            {
                best = worker;
            }
        }

        if (best is null || (best.Load > 0 && _workers.Count < grainClass.MaxWorkers))
        {
            best = new Activation(host, grainClass, grainId, this);
            _workers.Add(best);
        }

        return best;
    }
}
