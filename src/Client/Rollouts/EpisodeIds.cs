using System.Buffers.Binary;

namespace MemoryRL.Client;

/// <summary>Numbers episodes so that no two of any run share an id, and an id does not depend on threads or time.</summary>
/// <remarks>
/// A UUID of version 8 (RFC 9562): 60 bits of the run's id, 22 bits of the agent's number, 40 bits of the episode's number.
/// </remarks>
internal static class EpisodeIds
{
    /// <summary>Takes the bits of a run's id that go into its episodes' ids.</summary>
    /// <param name="runId">The run's id.</param>
    /// <returns>60 bits.</returns>
    public static ulong RunBits(Guid runId)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = runId.TryWriteBytes(bytes);

        // Both halves, so that ids of every version keep their random part.
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ (BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) * 0x9E3779B97F4A7C15UL)) >> 4;
    }

    /// <summary>Makes an episode's id.</summary>
    /// <param name="runBits">What <see cref="RunBits"/> took.</param>
    /// <param name="agent">The agent's number, below 2^22.</param>
    /// <param name="episode">The agent's episode's number, below 2^40.</param>
    /// <returns>The id.</returns>
    public static Guid Create(ulong runBits, int agent, long episode)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((runBits >> 12) << 16) | 0x8000UL | (runBits & 0xFFF));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (0b10UL << 62) | ((ulong)agent << 40) | ((ulong)episode & 0xFF_FFFF_FFFF));
        return new Guid(bytes, bigEndian: true);
    }
}
