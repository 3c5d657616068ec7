using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>
/// A data set in many Safetensors files, for sets that are too large for one or grow file by file: a folder of <see cref="EpisodeFile"/>s and an
/// <c>index.json</c> that names them in order, with the episodes, steps and SHA-256 of each. The layout is our choice.
/// </summary>
public static class EpisodeShards
{
    /// <summary>Opens a data set.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The data set; files are read, one at a time, as the episodes are.</returns>
    /// <exception cref="DatasetFormatException">The index is damaged; the message names the field.</exception>
    /// <exception cref="IOException">The index is not there or cannot be read.</exception>
    public static EpisodeShardsReader Open(string folder) => new(folder);

    /// <summary>Begins a data set. Its folder appears, whole, when it is completed; until then, and without that, it does not.</summary>
    /// <param name="folder">The folder, which must not be there.</param>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="options">How large files become; null for the defaults.</param>
    /// <returns>The data set, to be completed and disposed.</returns>
    /// <exception cref="InvalidExperienceException">The spec or an option is not allowed, or the folder is there already; the message names it.</exception>
    /// <exception cref="IOException">The data set cannot be created.</exception>
    public static EpisodeShardsWriter Create(string folder, ExperienceSpec spec, EpisodeShardsOptions? options = null) => new(folder, spec, options ?? new EpisodeShardsOptions());
}

/// <summary>How large the files of a sharded data set become.</summary>
public sealed record EpisodeShardsOptions
{
    /// <summary>Gets the bytes of episodes after which a file is full; an episode is never cut.</summary>
    public long MaxShardBytes { get; init; } = 256 << 20;

    /// <summary>Gets the episodes after which a file is full; 1 for a file each.</summary>
    public int MaxShardEpisodes { get; init; } = int.MaxValue;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names it.</exception>
    internal void Validate()
    {
        InvalidExperienceException.ThrowUnless(MaxShardBytes is > 0 and <= 1 << 30, "max_shard_bytes", $"1 to {1 << 30}", MaxShardBytes);
        InvalidExperienceException.ThrowUnless(MaxShardEpisodes > 0, "max_shard_episodes", "1 or more", MaxShardEpisodes);
    }
}
