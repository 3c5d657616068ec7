using System.Collections.Concurrent;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>Which activation, or group of workers, each grain has now.</summary>
internal sealed class GrainDirectory(EmbeddedHost host)
{
    private const int RerouteLimit = 8;

    private readonly ConcurrentDictionary<GrainId, CallTarget> _targets = new();
    private volatile bool _isClosed = true;

    internal bool IsEmpty => _targets.IsEmpty;

    internal void Open() => _isClosed = false;

    /// <summary>Lets no grain be activated from now on.</summary>
    internal void Close() => _isClosed = true;

    internal CallTarget GetOrCreate(GrainId grainId)
    {
        if (_targets.TryGetValue(grainId, out var target) && !target.IsGone)
        {
            return target;
        }

        if (_isClosed)
        {
            throw new SiloUnavailableException($"The host of the grains does not run: {grainId} cannot be activated.");
        }

        return _targets.GetOrAdd(grainId, static (id, host) => host.Registry.Class(id.Type).Create(host, id), host);
    }

    internal void Remove(GrainId grainId, CallTarget target) => _targets.TryRemove(KeyValuePair.Create(grainId, target));

    /// <summary>Sends a request on that its target could not take any more.</summary>
    internal void Reroute(Request request)
    {
        if (!request.IsRoutable || request.IsCompleted)
        {
            return;
        }

        try
        {
            if (++request.RerouteCount > RerouteLimit)
            {
                throw new SiloUnavailableException($"{request} was sent on {RerouteLimit} times, because each activation went before it could take it.");
            }

            GetOrCreate(request.Target.GrainId).Post(request);
        }
        catch (SiloUnavailableException exception)
        {
            request.Fail(exception);
        }
    }

    internal List<Activation> Activations()
    {
        var activations = new List<Activation>();
        foreach (var (_, target) in _targets)
        {
            target.AddActivations(activations);
        }

        return activations;
    }
}
