using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>A grain's stored state, read before the grain is activated.</summary>
/// <typeparam name="TState">The type of the state.</typeparam>
public interface IPersistentState<TState> : IStorage<TState>;

/// <summary>The name of a state and of its storage.</summary>
public interface IPersistentStateConfiguration
{
    /// <summary>Gets the name of the state.</summary>
    string StateName { get; }

    /// <summary>Gets the name of the storage; null for the default one.</summary>
    string? StorageName { get; }
}

/// <summary>Asks for a stored state in a grain's constructor.</summary>
/// <param name="stateName">The name of the state.</param>
/// <param name="storageName">The name of the storage; null for the default one.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute, IFacetMetadata, IPersistentStateConfiguration
{
    /// <inheritdoc/>
    public string StateName { get; } = stateName;

    /// <inheritdoc/>
    public string? StorageName { get; } = storageName;
}
