using MemoryRL.Core;
using MemoryRL.Datasets;

namespace MemoryRL.Cli;

/// <summary>The layouts that <c>memoryrl export</c> writes.</summary>
internal enum ExportFormat
{
    /// <summary>By the name: <c>.hdf5</c> and <c>.h5</c> are D4RL's, <c>.safetensors</c> one file, anything else a folder of Safetensors files.</summary>
    Auto = 0,

    /// <summary>D4RL's flat HDF5.</summary>
    D4rl = 1,

    /// <summary>Minari's folder.</summary>
    Minari = 2,

    /// <summary>Safetensors: one file where the name ends so, else a folder of them.</summary>
    Safetensors = 3,
}

/// <summary>A data set being written, in one of the layouts. It appears whole, when it is completed, or not at all.</summary>
internal abstract class ExportFile : IDisposable
{
    /// <summary>Begins a data set.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="format">The layout.</param>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="source">What it is written from, for its metadata.</param>
    /// <returns>The data set.</returns>
    public static ExportFile Create(string path, ExportFormat format, ExperienceSpec spec, string source) => Resolve(path, format) switch
    {
        ExportFormat.D4rl => new D4rlExport(D4rlFile.Create(path, spec), source),
        ExportFormat.Minari => new MinariExport(MinariDataset.Create(path, spec, $"memoryrl/{Path.GetFileName(Path.TrimEndingDirectorySeparator(path))}-v0"), source),
        _ when IsSafetensors(path) => new SingleExport(path, spec),
        _ => new ShardedExport(EpisodeShards.Create(path, spec)),
    };

    /// <summary>Adds an episode.</summary>
    /// <param name="episode">The episode.</param>
    public abstract void Append(AgentEpisode episode);

    /// <summary>Puts the data set under its name.</summary>
    public abstract void Complete();

    /// <inheritdoc/>
    public abstract void Dispose();

    private static ExportFormat Resolve(string path, ExportFormat format) => format != ExportFormat.Auto ? format
        : Path.GetExtension(path).ToUpperInvariant() is ".HDF5" or ".H5" ? ExportFormat.D4rl
        : ExportFormat.Safetensors;

    private static bool IsSafetensors(string path) => Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);

    private sealed class D4rlExport(D4rlWriter writer, string source) : ExportFile
    {
        public override void Append(AgentEpisode episode) => writer.Append(episode.Episode);

        public override void Complete()
        {
            writer.SetMetadata("source", source);
            writer.Complete();
        }

        public override void Dispose() => writer.Dispose();
    }

    private sealed class MinariExport(MinariWriter writer, string source) : ExportFile
    {
        public override void Append(AgentEpisode episode) => writer.Append(episode.Episode);

        public override void Complete()
        {
            writer.SetMetadata("description", source);
            writer.Complete();
        }

        public override void Dispose() => writer.Dispose();
    }

    private sealed class ShardedExport(EpisodeShardsWriter writer) : ExportFile
    {
        public override void Append(AgentEpisode episode) => writer.Append(episode);

        public override void Complete() => writer.Complete();

        public override void Dispose() => writer.Dispose();
    }

    // One file is written from memory, and so holds what fits there; a folder has no such limit.
    private sealed class SingleExport(string path, ExperienceSpec spec) : ExportFile
    {
        private readonly List<AgentEpisode> _episodes = [];

        public override void Append(AgentEpisode episode) => _episodes.Add(episode);

        public override void Complete() => EpisodeFile.Save(path, spec, _episodes);

        public override void Dispose() => _episodes.Clear();
    }
}
