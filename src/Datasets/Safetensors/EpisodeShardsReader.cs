using System.Security.Cryptography;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>A sharded data set open for reading.</summary>
public sealed class EpisodeShardsReader
{
    private readonly string _folder;
    private readonly EpisodeShardIndex _index;

    /// <summary>Reads the index.</summary>
    /// <param name="folder">The folder.</param>
    internal EpisodeShardsReader(string folder)
    {
        _folder = folder;
        _index = EpisodeShardIndex.Load(Path.Combine(folder, EpisodeShardIndex.FileName));
        EpisodeCount = _index.Shards.Sum(static shard => (long)shard.Episodes);
        StepCount = _index.Shards.Sum(static shard => shard.Steps);
    }

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec => _index.Spec;

    /// <summary>Gets the number of files.</summary>
    public int ShardCount => _index.Shards.Length;

    /// <summary>Gets the number of episodes.</summary>
    public long EpisodeCount { get; }

    /// <summary>Gets the number of steps in all episodes.</summary>
    public long StepCount { get; }

    /// <summary>Reads the episodes in order, one file at a time.</summary>
    /// <returns>The episodes as they were written, ids, agents and outcomes included.</returns>
    /// <exception cref="DatasetFormatException">A file is missing or not the one that was written.</exception>
    /// <exception cref="SafetensorsFormatException">A file is the one that was written but damaged all the same.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IEnumerable<AgentEpisode> ReadEpisodes() => _index.Shards.SelectMany(Load);

    private IEnumerable<AgentEpisode> Load(EpisodeShard shard)
    {
        var path = Path.Combine(_folder, shard.File);
        if (!File.Exists(path))
        {
            throw new DatasetFormatException(path, null, null, $"expected the file, as {EpisodeShardIndex.FileName} names it, but it is not there.");
        }

        var length = new FileInfo(path).Length;
        if (length > Array.MaxLength)
        {
            throw new DatasetFormatException(path, null, null, $"expected a file of at most {Array.MaxLength} bytes but got {length}.");
        }

        var bytes = File.ReadAllBytes(path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (!hash.Equals(shard.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new DatasetFormatException(path, null, null, $"expected a file with SHA-256 {shard.Sha256}, as {EpisodeShardIndex.FileName} says, but got {hash}.");
        }

        var contents = EpisodeFile.Parse(bytes, path);
        var steps = contents.Episodes.Sum(static episode => (long)episode.Episode.Length);
        return contents.Spec.Equals(Spec) && contents.Episodes.Length == shard.Episodes && steps == shard.Steps
            ? contents.Episodes
            : throw new DatasetFormatException(
                path, null, null, $"expected {shard.Episodes} episodes of {shard.Steps} steps with the spec of {EpisodeShardIndex.FileName} but got {contents.Episodes.Length} of {steps}{(contents.Spec.Equals(Spec) ? "" : " with another")}.");
    }
}
