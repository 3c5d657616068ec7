namespace MemoryRL.Grains;

/// <summary>Where grain state is kept.</summary>
public enum GrainStorageKind
{
    /// <summary>In the process: it outlives a grain's deactivation, and goes with the process.</summary>
    Memory = 0,

    /// <summary>In a folder, one Safetensors file a state.</summary>
    Folder = 1,

    /// <summary>In the Orleans storage provider that the configuration registers under the name <c>memoryrl</c> (<c>Orleans:GrainStorage:memoryrl</c>).</summary>
    Configured = 2,
}
