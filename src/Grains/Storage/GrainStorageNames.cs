namespace MemoryRL.Grains;

/// <summary>The names by which grains ask for their storage.</summary>
internal static class GrainStorageNames
{
    /// <summary>The name of the storage provider of every grain.</summary>
    public const string Provider = "memoryrl";
}
