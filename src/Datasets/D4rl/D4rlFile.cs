using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>
/// Data sets in D4RL's layout (Fu et al. 2020, arXiv:2004.07219): one HDF5 file of flat arrays with one row a step, episodes one behind the other.
/// </summary>
/// <remarks>
/// For <c>N</c> rows: <c>observations [N, ...]</c>, <c>actions [N, ...]</c>, <c>rewards [N]</c> or <c>[N, 1]</c>, <c>terminals [N]</c>, and perhaps
/// <c>timeouts [N]</c>, <c>next_observations [N, ...]</c>, <c>infos/NAME [N, ...]</c> and single values under <c>metadata</c>. Files differ by
/// generation: v0 has no timeouts, replays keep float64; all are read, packed or not.
/// </remarks>
public static class D4rlFile
{
    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <returns>The file, to be disposed.</returns>
    /// <exception cref="DatasetFormatException">The file is damaged, lacks something or contradicts itself; the message names the dataset.</exception>
    /// <exception cref="InvalidExperienceException">An option is not allowed; the message names it.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="Hdf5UnavailableException">There is no HDF5 library here.</exception>
    public static D4rlReader Open(string path, D4rlReaderOptions? options = null) => new(path, options ?? new D4rlReaderOptions());

    /// <summary>Begins a file. It appears under its name, whole, when it is completed; until then, and without that, it does not.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="spec">What a step is made of. The extra column <c>infos_qpos</c> becomes <c>infos/qpos</c>.</param>
    /// <param name="options">How it is written; null for the defaults.</param>
    /// <returns>The file, to be completed and disposed.</returns>
    /// <exception cref="InvalidExperienceException">The spec or an option is not allowed; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="Hdf5UnavailableException">There is no HDF5 library here.</exception>
    public static D4rlWriter Create(string path, ExperienceSpec spec, D4rlWriterOptions? options = null) => new(path, spec, options ?? new D4rlWriterOptions());
}
