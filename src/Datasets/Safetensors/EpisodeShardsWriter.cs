using System.Security.Cryptography;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>A sharded data set being written. One thread at a time; at most one file's episodes are kept in memory.</summary>
public sealed class EpisodeShardsWriter : IDisposable
{
    private readonly string _folder;
    private readonly string _temporary;
    private readonly EpisodeShardsOptions _options;
    private readonly List<AgentEpisode> _pending = [];
    private readonly List<EpisodeShard> _shards = [];
    private readonly HashSet<Guid> _ids = [];
    private long _pendingBytes;
    private bool _isBroken;
    private bool _isComplete;

    /// <summary>Begins a data set.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="options">How large files become.</param>
    internal EpisodeShardsWriter(string folder, ExperienceSpec spec, EpisodeShardsOptions options)
    {
        spec.Validate();
        options.Validate();
        InvalidExperienceException.ThrowUnless(!Path.Exists(folder), "folder", "a folder that is not there yet", folder);
        Spec = spec;
        _options = options;
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _temporary = $"{_folder}.{Guid.NewGuid():N}.tmp";
        _ = Directory.CreateDirectory(_temporary);
    }

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec { get; }

    /// <summary>Adds an episode.</summary>
    /// <param name="episode">The episode.</param>
    /// <exception cref="InvalidExperienceException">The episode has another spec, no agent, an unknown outcome or another's id; nothing was added.</exception>
    /// <exception cref="IOException">A file cannot be written; the data set cannot be completed any more.</exception>
    /// <exception cref="InvalidOperationException">The data set is complete, or a file could not be written.</exception>
    public void Append(AgentEpisode episode)
    {
        CheckOpen();
        InvalidExperienceException.ThrowUnless(episode.Episode is not null, "episode", "an episode", "null");
        InvalidExperienceException.ThrowUnless(episode.Episode.Spec.Equals(Spec), "episode.spec", $"{Spec}", episode.Episode.Spec);
        InvalidExperienceException.ThrowUnless(!string.IsNullOrEmpty(episode.AgentId), "episode.agent_id", "an id that is not empty", episode.AgentId);
        InvalidExperienceException.ThrowUnless(Enum.IsDefined(episode.Outcome), "episode.outcome", "Undecided, Success or Failure", episode.Outcome);
        InvalidExperienceException.ThrowUnless(_ids.Add(episode.Episode.Id), "episode.id", "an id that no other episode has", episode.Episode.Id);
        var bytes = episode.Episode.Data.Length;
        if (_pending.Count > 0 && _pendingBytes + bytes > _options.MaxShardBytes)
        {
            WriteShard();
        }

        _pending.Add(episode);
        _pendingBytes += bytes;
        if (_pending.Count == _options.MaxShardEpisodes)
        {
            WriteShard();
        }
    }

    /// <summary>Writes what is left and puts the folder under its name.</summary>
    /// <exception cref="IOException">It cannot be written, or a folder of that name has appeared; nothing is changed.</exception>
    /// <exception cref="InvalidOperationException">The data set is complete already, or a file could not be written.</exception>
    public void Complete()
    {
        CheckOpen();
        if (_pending.Count > 0)
        {
            WriteShard();
        }

        _isBroken = true;
        new EpisodeShardIndex(EpisodeShardIndex.FormatName, EpisodeShardIndex.Version, Spec, [.. _shards]).Save(Path.Combine(_temporary, EpisodeShardIndex.FileName));
        Directory.Move(_temporary, _folder);
        (_isBroken, _isComplete) = (false, true);
    }

    /// <summary>Closes the data set; one that was not completed leaves nothing behind.</summary>
    public void Dispose()
    {
        if (!_isComplete && Directory.Exists(_temporary))
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    private void WriteShard()
    {
        _isBroken = true;
        var name = FormattableString.Invariant($"shard-{_shards.Count:D5}.safetensors");
        var bytes = EpisodeFile.ToArray(Spec, _pending);
        using (var stream = new FileStream(Path.Combine(_temporary, name), FileMode.CreateNew, FileAccess.Write))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }

        _shards.Add(new EpisodeShard(name, _pending.Count, _pending.Sum(static episode => (long)episode.Episode.Length), Convert.ToHexStringLower(SHA256.HashData(bytes))));
        _pending.Clear();
        _pendingBytes = 0;
        _isBroken = false;
    }

    private void CheckOpen()
    {
        if (_isComplete || _isBroken)
        {
            throw new InvalidOperationException($"Expected {_folder} to be open for writing but {(_isComplete ? "it is complete" : "an earlier call could not write to it")}.");
        }
    }
}
