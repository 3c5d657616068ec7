using System.Globalization;

namespace MemoryRL.Grains.Interfaces;

/// <summary>The key of a memory's shard: <c>name/number</c>.</summary>
public readonly record struct MemoryShardKey
{
    /// <summary>Initializes the key.</summary>
    /// <param name="memoryName">The memory's name, 1 to 200 characters.</param>
    /// <param name="shard">The shard's number, at least 0.</param>
    /// <exception cref="InvalidInputException">The name or the number is not allowed.</exception>
    public MemoryShardKey(string memoryName, int shard)
    {
        MemoryName = KeySegment.Check(memoryName, "memory.name");
        Shard = shard >= 0 ? shard : throw new InvalidInputException("memory.shard", "0 or more", shard.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Gets the memory's name.</summary>
    public string MemoryName { get; }

    /// <summary>Gets the shard's number.</summary>
    public int Shard { get; }

    /// <summary>Gets the shard that an agent's episodes go to: the same one in every process and version.</summary>
    /// <param name="memoryName">The memory's name.</param>
    /// <param name="agentId">The agent.</param>
    /// <param name="shardCount">The number of shards, at least 1.</param>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidInputException">A name is not allowed, or the count is below 1.</exception>
    public static MemoryShardKey ForAgent(string memoryName, string agentId, int shardCount)
    {
        _ = KeySegment.Check(agentId, "agent.id");
        if (shardCount < 1)
        {
            throw new InvalidInputException("spec.shard_count", "1 or more shards", shardCount.ToString(CultureInfo.InvariantCulture));
        }

        // FNV-1a, 64 bits; string hash codes differ from process to process.
        var hash = 0xCBF29CE484222325UL;
        foreach (var unit in agentId)
        {
            hash = (hash ^ unit) * 0x100000001B3UL;
        }

        return new MemoryShardKey(memoryName, (int)((hash ^ (hash >> 32)) % (uint)shardCount));
    }

    /// <summary>Reads a key.</summary>
    /// <param name="key">What <see cref="ToString"/> wrote.</param>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidInputException">The text is no such key.</exception>
    public static MemoryShardKey Parse(string key) =>
        TryParse(key, out var parsed) ? parsed : throw new InvalidInputException("key", "a memory's name, a slash and a shard's number", $"'{key}'");

    /// <summary>Reads a key.</summary>
    /// <param name="key">The text.</param>
    /// <param name="parsed">The key.</param>
    /// <returns>Whether the text is such a key.</returns>
    public static bool TryParse(string? key, out MemoryShardKey parsed)
    {
        parsed = default;
        if (!KeySegment.TrySplit(key, out var name, out var number) || name.Length > KeySegment.MaxLength
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var shard) || shard.ToString(CultureInfo.InvariantCulture) != number)
        {
            return false;
        }

        parsed = new MemoryShardKey(name, shard);
        return true;
    }

    /// <summary>Writes the key.</summary>
    /// <returns>The percent-encoded name, a slash, the number.</returns>
    public override string ToString() => $"{KeySegment.Encode(MemoryName)}{KeySegment.Separator}{Shard.ToString(CultureInfo.InvariantCulture)}";
}
