using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace MemoryRL.Embedded.Runtime;

/// <summary>A grain's state that is read before the grain is activated.</summary>
internal interface IStoredState
{
    Task ReadStateAsync(CancellationToken cancellationToken);
}

/// <summary>Makes the stored states that a grain's constructor asks for.</summary>
internal static class StoredState
{
    private static readonly MethodInfo CreateTypedMethod = typeof(StoredState).GetMethod(nameof(CreateTyped), BindingFlags.Static | BindingFlags.NonPublic)!;

    internal static object Create(Activation activation, IPersistentStateConfiguration facet, Type parameterType)
    {
        if (!parameterType.IsGenericType || parameterType.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new OrleansConfigurationException($"[PersistentState] in the constructor of {activation.Class.Type}: expected a parameter of type IPersistentState<T> but got {parameterType}.");
        }

        return CreateTypedMethod.MakeGenericMethod(parameterType.GenericTypeArguments[0]).Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [activation, facet], culture: null)!;
    }

    private static StoredState<T> CreateTyped<T>(Activation activation, IPersistentStateConfiguration facet)
    {
        var storage = activation.ActivationServices.GetKeyedService<IGrainStorage>(facet.StorageName ?? "Default")
            ?? throw new OrleansConfigurationException($"No {(facet.StorageName is null ? "default storage" : $"storage named '{facet.StorageName}'")} was added, which {activation.Class.Type} asks for in its constructor.");
        var state = new StoredState<T>(facet.StateName, activation.GrainId, storage);
        activation.AddState(state);
        return state;
    }
}

/// <summary>A grain's stored state; used in its turns only.</summary>
/// <typeparam name="T">The type of the state.</typeparam>
internal sealed class StoredState<T>(string name, GrainId grainId, IGrainStorage storage) : IPersistentState<T>, IStoredState
{
    private readonly GrainState<T> _stored = new(Activator.CreateInstance<T>());

    public T State
    {
        get => _stored.State!;
        set => _stored.State = value;
    }

    public string? Etag => _stored.ETag;

    public bool RecordExists => _stored.RecordExists;

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        await storage.ReadStateAsync(name, grainId, _stored, cancellationToken);
        StartAnew();
    }

    public Task WriteStateAsync(CancellationToken cancellationToken) => storage.WriteStateAsync(name, grainId, _stored, cancellationToken);

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        await storage.ClearStateAsync(name, grainId, _stored, cancellationToken);
        StartAnew();
    }

    private void StartAnew()
    {
        if (!_stored.RecordExists)
        {
            _stored.State = Activator.CreateInstance<T>();
        }
    }
}
