namespace Orleans;

/// <summary>Makes references to grains.</summary>
public interface IGrainFactory
{
    /// <summary>Makes a reference to a grain, which need not be active.</summary>
    /// <typeparam name="TGrainInterface">The interface to call it by.</typeparam>
    /// <param name="primaryKey">The key.</param>
    /// <param name="grainClassNamePrefix">Tells the class where several implement the interface.</param>
    /// <returns>The reference.</returns>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey;

    /// <summary>Makes a reference to a grain, which need not be active.</summary>
    /// <param name="grainInterfaceType">The interface to call it by.</param>
    /// <param name="grainPrimaryKey">The key.</param>
    /// <returns>The reference.</returns>
    IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey);
}

/// <summary>What a program outside of the grains calls them through.</summary>
public interface IClusterClient : IGrainFactory
{
    /// <summary>Gets the host's services.</summary>
    IServiceProvider ServiceProvider { get; }
}
