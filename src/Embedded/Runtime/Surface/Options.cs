namespace Orleans.Configuration;

/// <summary>How calls travel.</summary>
public abstract class MessagingOptions
{
    private protected MessagingOptions()
    {
    }

    /// <summary>Gets or sets how long a caller waits for an answer; 30 s unless set.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>How calls between grains travel.</summary>
public class SiloMessagingOptions : MessagingOptions;

/// <summary>How calls from outside of the grains travel.</summary>
public class ClientMessagingOptions : MessagingOptions;

/// <summary>When idle activations are collected.</summary>
public class GrainCollectionOptions
{
    /// <summary>Gets or sets how often the host looks for idle activations; 1 min unless set.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets how long an activation may be idle; 15 min unless set, above <see cref="CollectionQuantum"/>.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Gets or sets the ages of single grain classes, by their full names.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

    /// <summary>Gets or sets how long activating a grain may take; 30 s unless set.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long deactivating a grain may take; 30 s unless set.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>The grain classes and interfaces of the host: those of the loaded assemblies that use the host, unless changed.</summary>
public class GrainTypeOptions
{
    /// <summary>Gets the grain classes.</summary>
    public HashSet<Type> Classes { get; } = [];

    /// <summary>Gets the grain interfaces.</summary>
    public HashSet<Type> Interfaces { get; } = [];
}

/// <summary>A storage in memory has no settings.</summary>
public class MemoryGrainStorageOptions;
