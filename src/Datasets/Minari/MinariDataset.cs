using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>
/// Data sets in Minari's layout, kept in HDF5: a folder with <c>data/main_data.hdf5</c>, one group an episode, and <c>data/metadata.json</c>, which
/// describes the spaces.
/// </summary>
/// <remarks>
/// After Minari's minari/dataset/_storages/hdf5_storage.py. Group <c>episode_N</c> has <c>observations [T + 1, ...]</c> (a group of arrays for a
/// Dict space), <c>actions [T, ...]</c>, <c>rewards [T]</c>, <c>terminations [T]</c>, <c>truncations [T]</c> and perhaps <c>infos</c>. An episode whose last
/// step has neither flag was cut there and reads as truncated; one that has both reads as terminated. Policy versions have no place in it.
/// </remarks>
public static class MinariDataset
{
    /// <summary>Opens a data set.</summary>
    /// <param name="folder">The data set's folder, the one that has <c>data</c> in it, or <c>data</c> itself.</param>
    /// <param name="spec">What a step is made of; null to take it from the metadata, without infos. An extra column <c>infos_qpos</c> is <c>infos/qpos</c>.</param>
    /// <returns>The data set, to be disposed.</returns>
    /// <exception cref="DatasetFormatException">The data set is damaged, lacks something, or has a space or a format that is not read; the message names it.</exception>
    /// <exception cref="InvalidExperienceException">The spec is not allowed; the message names the field.</exception>
    /// <exception cref="IOException">The data set is not there or cannot be read.</exception>
    /// <exception cref="Hdf5UnavailableException">There is no HDF5 library here.</exception>
    public static MinariReader Open(string folder, ExperienceSpec? spec = null) => new(folder, spec);

    /// <summary>Begins a data set. Its folder appears, whole, when it is completed; until then, and without that, it does not.</summary>
    /// <param name="folder">The data set's folder, which must not be there.</param>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="datasetId">The data set's id, such as <c>memoryrl/hopper/medium-v0</c>.</param>
    /// <returns>The data set, to be completed and disposed.</returns>
    /// <exception cref="InvalidExperienceException">The spec or id is not allowed, or the folder is there already; the message names it.</exception>
    /// <exception cref="IOException">The data set cannot be created.</exception>
    /// <exception cref="Hdf5UnavailableException">There is no HDF5 library here.</exception>
    public static MinariWriter Create(string folder, ExperienceSpec spec, string datasetId) => new(folder, spec, datasetId);
}
