using System.Buffers;
using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <summary>
/// The bytes of an episode that was checked, as <see cref="Episode.Data"/> hands them out: who gets them back in the same process finds that
/// very episode and need not check every value again. Bytes that crossed a wire are ordinary ones.
/// </summary>
/// <param name="episode">The episode.</param>
/// <param name="bytes">Its bytes.</param>
internal sealed class CheckedBytes(Episode episode, ReadOnlyMemory<byte> bytes) : MemoryManager<byte>
{
    /// <summary>Gets the episode.</summary>
    public Episode Episode { get; } = episode;

    /// <inheritdoc/>
    public override Memory<byte> Memory => CreateMemory(bytes.Length);

    /// <summary>Finds the episode whose bytes these are, all of them.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>The episode; null for bytes of unknown origin.</returns>
    public static Episode? FindEpisode(ReadOnlyMemory<byte> data) =>
        MemoryMarshal.TryGetMemoryManager<byte, CheckedBytes>(data, out var manager, out var start, out var length) && start == 0 && length == manager.Memory.Length
            ? manager.Episode
            : null;

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => MemoryMarshal.AsMemory(bytes).Span;

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => bytes[elementIndex..].Pin();

    /// <inheritdoc/>
    public override void Unpin()
    {
        // What Pin gave unpins itself.
    }

    /// <inheritdoc/>
    protected override bool TryGetArray(out ArraySegment<byte> segment) => MemoryMarshal.TryGetArray(bytes, out segment);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // The bytes belong to the garbage collector.
    }
}
