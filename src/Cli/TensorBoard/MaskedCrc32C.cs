using System.Numerics;

namespace MemoryRL.Cli;

/// <summary>The checksum of TFRecord files: CRC-32C (Castagnoli), masked, so that the checksum of data that hold checksums is a good one too.</summary>
internal static class MaskedCrc32C
{
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>Computes the checksum.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>The masked checksum: rotated right by 15 bits, and a constant added.</returns>
    public static uint Of(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return unchecked(BitOperations.RotateRight(~crc, 15) + MaskDelta);
    }
}
