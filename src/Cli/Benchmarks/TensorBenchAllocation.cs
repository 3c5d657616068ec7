using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>What an update of IQL allocates once it is warm.</summary>
/// <param name="Updates">Updates that were watched.</param>
/// <param name="BytesPerUpdate">Bytes allocated by the collector an update.</param>
/// <param name="OlderCollections">Collections of generation 1 or 2.</param>
internal sealed record TensorBenchAllocation(int Updates, long BytesPerUpdate, int OlderCollections)
{
    private const long MostBytes = 64 * 1024;

    /// <summary>Gets whether it holds what it is held to.</summary>
    public bool IsHeld => BytesPerUpdate <= MostBytes && OlderCollections == 0;

    /// <summary>Tells people.</summary>
    /// <param name="isStorageCounted">Whether the engine's storage is the collector's, as the managed engine's is, and so among the bytes.</param>
    /// <returns>The lines.</returns>
    public IReadOnlyList<string> Lines(bool isStorageCounted) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"allocation per IQL update: {BytesPerUpdate:N0} bytes and {OlderCollections} collections of generation 1 or 2 in {Updates:N0} updates (at most {MostBytes:N0} and 0: {(IsHeld ? "held" : "missed")})."),
        isStorageCounted
            ? "Tensor storage would be among these bytes: one hidden layer's values are 262,144."
            : "libtorch's storage is native memory and not among these bytes.",
    ];
}
