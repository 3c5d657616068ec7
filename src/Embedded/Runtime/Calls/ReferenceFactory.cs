using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>Makes references to grains, and keeps those made by key.</summary>
internal sealed class ReferenceFactory(EmbeddedHost host) : IClusterClient
{
    // A reference costs little to make again; keeping all that ever were would cost more.
    private const int CacheLimit = 1 << 16;

    private readonly ConcurrentDictionary<Type, ConcurrentDictionary<string, GrainReference>> _byKey = new();

    public IServiceProvider ServiceProvider => host.Services;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        return (TGrainInterface)(object)Get(typeof(TGrainInterface), primaryKey, grainClassNamePrefix);
    }

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => (IGrain)Get(grainInterfaceType, grainPrimaryKey, classNamePrefix: null);

    internal GrainReference Get(GrainId grainId, Type grainInterface) => ProxyEmitter.Factory(grainInterface)(host, grainId);

    private GrainReference Get(Type grainInterface, string key, string? classNamePrefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (classNamePrefix is not null)
        {
            return Make(grainInterface, key, classNamePrefix);
        }

        if (!_byKey.TryGetValue(grainInterface, out var references))
        {
            references = _byKey.GetOrAdd(grainInterface, _ => new ConcurrentDictionary<string, GrainReference>());
        }

        if (!references.TryGetValue(key, out var reference))
        {
            reference = Make(grainInterface, key, classNamePrefix);
            if (references.Count >= CacheLimit)
            {
                references.Clear();
            }

            reference = references.GetOrAdd(key, reference);
        }

        return reference;
    }

    private GrainReference Make(Type grainInterface, string key, string? classNamePrefix)
    {
        var grainClass = host.Registry.Implementation(grainInterface, classNamePrefix);
        return Get(GrainId.Create(grainClass.GrainType, key), grainInterface);
    }
}
