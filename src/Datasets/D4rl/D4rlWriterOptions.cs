using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>How a D4RL file is written.</summary>
public sealed record D4rlWriterOptions
{
    /// <summary>Gets zlib's level, from 1 (fastest) to 9 (smallest); 0 for no packing. 4 is h5py's.</summary>
    public int CompressionLevel { get; init; } = 4;

    /// <summary>Gets whether <c>next_observations</c> is written, as in D4RL's MuJoCo files. Without it the observation after an episode's last step is lost.</summary>
    public bool IncludeNextObservations { get; init; } = true;

    /// <summary>Gets whether each step's policy version is written, as <c>infos/policy_versions</c>: D4RL has nothing like it.</summary>
    public bool IncludePolicyVersions { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names it.</exception>
    internal void Validate() => InvalidExperienceException.ThrowUnless(CompressionLevel is >= 0 and <= 9, "compression_level", "0 to 9", CompressionLevel);
}
