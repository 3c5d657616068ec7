using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>Opens recorded episodes, whatever the layout.</summary>
public static class EpisodeSources
{
    /// <summary>
    /// Opens a data set by what its name says and its folder holds: <c>.hdf5</c> and <c>.h5</c> are D4RL's, <c>.safetensors</c> our own, a folder
    /// with an <c>index.json</c> our own in many files, and any other folder Minari's.
    /// </summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">How a D4RL file is read; null for the defaults.</param>
    /// <returns>The episodes, to be disposed.</returns>
    /// <exception cref="InvalidExperienceException">The name says nothing that can be read.</exception>
    /// <exception cref="DatasetFormatException">The data set is damaged, lacks something or contradicts itself.</exception>
    /// <exception cref="SafetensorsFormatException">The file is damaged or no episode file.</exception>
    /// <exception cref="IOException">The data set is not there or cannot be read.</exception>
    /// <exception cref="Hdf5UnavailableException">There is no HDF5 library here.</exception>
    public static IEpisodeSource Open(string path, D4rlReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
        {
            return File.Exists(Path.Combine(path, EpisodeShardIndex.FileName)) ? new ShardedEpisodes(EpisodeShards.Open(path)) : MinariDataset.Open(path, options?.Spec);
        }

        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".HDF5" or ".H5" => D4rlFile.Open(path, options),
            ".SAFETENSORS" => new LoadedEpisodes(EpisodeFile.Load(path)),
            _ => throw new InvalidExperienceException("file", "a name that ends in .hdf5, .h5 or .safetensors, or a folder,", $"'{path}'"),
        };
    }

    private sealed class LoadedEpisodes(EpisodeFileContents contents) : IEpisodeSource
    {
        public ExperienceSpec Spec => contents.Spec;

        public long StepCount => contents.Episodes.Sum(static episode => (long)episode.Episode.Length);

        public IEnumerable<Episode> ReadEpisodes() => contents.Episodes.Select(static episode => episode.Episode);

        public void Dispose()
        {
            // All of it was read when it was opened.
        }
    }

    private sealed class ShardedEpisodes(EpisodeShardsReader reader) : IEpisodeSource
    {
        public ExperienceSpec Spec => reader.Spec;

        public long StepCount => reader.StepCount;

        public IEnumerable<Episode> ReadEpisodes() => reader.ReadEpisodes().Select(static episode => episode.Episode);

        public void Dispose()
        {
            // Its files are open only while one of them is read.
        }
    }
}
