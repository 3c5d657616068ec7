using System.Buffers.Binary;
using System.Security.Cryptography;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>Ids for episodes of files that have none: the same file gives the same ids whoever reads it, so importing it twice adds nothing.</summary>
internal static class DatasetIds
{
    private const int VersionByte = 6;
    private const int VariantByte = 8;

    /// <summary>Makes the id of an episode.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="data">The episode's bytes.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="index">Which episode of its file it is: equal episodes of one file are different ones.</param>
    /// <returns>A UUID of version 8 (RFC 9562): the first bits of SHA-256 over all of these.</returns>
    public static Guid Create(ExperienceSpec spec, ReadOnlySpan<byte> data, EpisodeEnd end, long index)
    {
        Span<byte> content = stackalloc byte[SHA256.HashSizeInBytes + (3 * sizeof(long))];
        _ = SHA256.HashData(data, content);
        BinaryPrimitives.WriteUInt64LittleEndian(content[SHA256.HashSizeInBytes..], spec.Fingerprint);
        BinaryPrimitives.WriteInt64LittleEndian(content[(SHA256.HashSizeInBytes + sizeof(long))..], index);
        BinaryPrimitives.WriteInt64LittleEndian(content[(SHA256.HashSizeInBytes + (2 * sizeof(long)))..], (long)end);
        Span<byte> id = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(content, id);
        id[VersionByte] = (byte)((id[VersionByte] & 0x0F) | 0x80);
        id[VariantByte] = (byte)((id[VariantByte] & 0x3F) | 0x80);
        return new Guid(id[..16], bigEndian: true);
    }
}
