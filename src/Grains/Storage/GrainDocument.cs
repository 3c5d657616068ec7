namespace MemoryRL.Grains;

/// <summary>
/// The one shape of every grain's persisted state: a Safetensors file, whose metadata carry the schema's name and version. Grains know its
/// meaning; storage providers see bytes, and the file provider writes them as they are.
/// </summary>
[GenerateSerializer, Alias("memoryrl.GrainDocument")]
internal sealed class GrainDocument
{
    /// <summary>Gets or sets the file; empty where there is none.</summary>
    [Id(0)]
    public byte[] Content { get; set; } = [];
}
