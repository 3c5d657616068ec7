using System.Collections.Immutable;
using System.Text.Json;

namespace MemoryRL.Core;

/// <summary>Many episodes as Safetensors: one tensor a column over all of them, and one a fact about each.</summary>
/// <remarks>
/// Columns <c>observations [S+E, ...]</c>, <c>actions [S, ...]</c>, <c>rewards [S]</c>, <c>policy_versions [S]</c> and one under each extra
/// column's name, with <c>S</c> steps of <c>E</c> episodes one behind the other; facts <c>episode_ids [E, 16]</c> in RFC 9562's byte order,
/// <c>episode_lengths [E]</c>, <c>episode_ends [E]</c>, <c>episode_outcomes [E]</c> and <c>episode_agents [E]</c>, which indexes the names in
/// the metadata entry <c>agents</c>.
/// </remarks>
public static class EpisodeTable
{
    private const int IdBytes = 16;

    /// <summary>Adds episodes to a file.</summary>
    /// <param name="file">Where tensors and metadata go.</param>
    /// <param name="prefix">What their names begin with.</param>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="episodes">The episodes.</param>
    public static void Save(SafetensorsBuilder file, string prefix, ExperienceSpec spec, IReadOnlyList<AgentEpisode> episodes)
    {
        SaveColumns(file, prefix, spec, episodes);
        SaveFacts(file, prefix, episodes);
        file.Metadata[prefix + "spec_fingerprint"] = FormattableString.Invariant($"{spec.Fingerprint:x16}");
    }

    /// <summary>Reads episodes from a file, checking them as at the door.</summary>
    /// <param name="file">What <see cref="Save"/> wrote.</param>
    /// <param name="prefix">What the names begin with.</param>
    /// <param name="spec">What a step is made of.</param>
    /// <returns>The episodes.</returns>
    /// <exception cref="SafetensorsFormatException">Something is missing, of another spec, or not allowed; the message names it.</exception>
    public static AgentEpisode[] Load(SafetensorsDocument file, string prefix, ExperienceSpec spec)
    {
        var fingerprint = FormattableString.Invariant($"{spec.Fingerprint:x16}");
        if (file.RequireMetadata(prefix + "spec_fingerprint") is var saved && saved != fingerprint)
        {
            throw new SafetensorsFormatException(file.Source, $"expected steps of the spec {fingerprint} but the file has those of {saved}.");
        }

        var lengths = file.Require(prefix + "episode_lengths", ElementType.Int32, -1).Values<int>();
        var steps = SumLengths(file, prefix, lengths);
        var columns = new Columns(file, prefix, spec, lengths.Length, steps);
        var episodes = new AgentEpisode[lengths.Length];
        var ids = new HashSet<Guid>(lengths.Length);
        var firstStep = 0;
        for (var i = 0; i < episodes.Length; i++)
        {
            episodes[i] = columns.Read(i, firstStep, lengths[i]);
            firstStep += lengths[i];
            if (!ids.Add(episodes[i].Episode.Id))
            {
                throw new SafetensorsFormatException(file.Source, $"tensor '{prefix}episode_ids': episode {i} has an id that an earlier one has.");
            }
        }

        return episodes;
    }

    private static void SaveColumns(SafetensorsBuilder file, string prefix, ExperienceSpec spec, IReadOnlyList<AgentEpisode> episodes)
    {
        var steps = episodes.Sum(static episode => (long)episode.Episode.Length);
        AddColumn("observations", spec.Observation.ElementType, spec.Observation.Shape, steps + episodes.Count, static (layout, _) => layout.Observations);
        AddColumn("actions", spec.Action.ElementType, spec.Action.Shape, steps, static (layout, _) => layout.Actions);
        AddColumn("rewards", ElementType.Float32, [], steps, static (layout, _) => layout.Rewards);
        AddColumn("policy_versions", ElementType.Int64, [], steps, static (layout, _) => layout.PolicyVersions);
        for (var i = 0; i < spec.ExtraColumns.Length; i++)
        {
            var column = spec.ExtraColumns[i];
            AddColumn(column.Name, column.ElementType, column.Shape, steps, static (layout, index) => layout.Extra(index), i);
        }

        void AddColumn(string name, ElementType type, ImmutableArray<int> shape, long rows, ColumnOf column, int index = 0)
        {
            var bytes = rows * type.ByteCount();
            foreach (var length in shape)
            {
                bytes *= length;
            }

            if (bytes > Array.MaxLength || rows > int.MaxValue)
            {
                throw new InvalidOperationException($"Expected a column '{name}' of at most {Array.MaxLength} bytes but got {bytes}. Save it in parts.");
            }

            var parts = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(episodes.Count);
            foreach (var episode in episodes)
            {
                parts.Add(episode.Episode.Data[column(episode.Episode.Layout, index)]);
            }

            file.Add(prefix + name, type, [(int)rows, .. shape], parts.MoveToImmutable());
        }
    }

    private static void SaveFacts(SafetensorsBuilder file, string prefix, IReadOnlyList<AgentEpisode> episodes)
    {
        var count = episodes.Count;
        var (ids, ends, outcomes) = (new byte[count * IdBytes], new byte[count], new byte[count]);
        var (lengths, agents) = (new int[count], new int[count]);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var (episode, agentId, outcome) = episodes[i];
            _ = episode.Id.TryWriteBytes(ids.AsSpan(i * IdBytes), bigEndian: true, out _);
            (lengths[i], ends[i], outcomes[i]) = (episode.Length, (byte)episode.End, (byte)outcome);
            if (!numbers.TryGetValue(agentId, out agents[i]))
            {
                agents[i] = numbers.Count;
                numbers.Add(agentId, agents[i]);
            }
        }

        file.Add(prefix + "episode_ids", ElementType.UInt8, [count, IdBytes], ids);
        file.Add<int>(prefix + "episode_lengths", [count], lengths);
        file.Add(prefix + "episode_ends", ElementType.UInt8, [count], ends);
        file.Add(prefix + "episode_outcomes", ElementType.UInt8, [count], outcomes);
        file.Add<int>(prefix + "episode_agents", [count], agents);
        file.Metadata[prefix + "agents"] = JsonSerializer.Serialize([.. numbers.Keys], CoreJsonContext.Default.StringArray);
    }

    private static int SumLengths(SafetensorsDocument file, string prefix, ReadOnlySpan<int> lengths)
    {
        var sum = 0L;
        foreach (var length in lengths)
        {
            sum = length >= 1 ? sum + length : throw new SafetensorsFormatException(file.Source, $"tensor '{prefix}episode_lengths': expected 1 or more steps but got {length}.");
        }

        return sum + lengths.Length <= int.MaxValue
            ? (int)sum
            : throw new SafetensorsFormatException(file.Source, $"tensor '{prefix}episode_lengths': expected at most {int.MaxValue} rows but got {sum + lengths.Length}.");
    }

    private delegate Range ColumnOf(EpisodeLayout layout, int index);

    private sealed class Columns
    {
        private readonly SafetensorsDocument _file;
        private readonly string _prefix;
        private readonly ExperienceSpec _spec;
        private readonly SafetensorsTensor _observations;
        private readonly SafetensorsTensor _actions;
        private readonly SafetensorsTensor _rewards;
        private readonly SafetensorsTensor _policyVersions;
        private readonly SafetensorsTensor[] _extras;
        private readonly SafetensorsTensor _ids;
        private readonly SafetensorsTensor _ends;
        private readonly SafetensorsTensor _outcomes;
        private readonly SafetensorsTensor _agents;
        private readonly string[] _agentNames;

        public Columns(SafetensorsDocument file, string prefix, ExperienceSpec spec, int episodes, int steps)
        {
            (_file, _prefix, _spec) = (file, prefix, spec);
            _observations = file.Require(prefix + "observations", spec.Observation.ElementType, [steps + episodes, .. spec.Observation.Shape]);
            _actions = file.Require(prefix + "actions", spec.Action.ElementType, [steps, .. spec.Action.Shape]);
            _rewards = file.Require(prefix + "rewards", ElementType.Float32, steps);
            _policyVersions = file.Require(prefix + "policy_versions", ElementType.Int64, steps);
            _extras = [.. spec.ExtraColumns.Select(column => file.Require(prefix + column.Name, column.ElementType, [steps, .. column.Shape]))];
            _ids = file.Require(prefix + "episode_ids", ElementType.UInt8, episodes, IdBytes);
            _ends = file.Require(prefix + "episode_ends", ElementType.UInt8, episodes);
            _outcomes = file.Require(prefix + "episode_outcomes", ElementType.UInt8, episodes);
            _agents = file.Require(prefix + "episode_agents", ElementType.Int32, episodes);
            _agentNames = ReadAgentNames();
        }

        public AgentEpisode Read(int index, int firstStep, int length)
        {
            var id = new Guid(_ids.Data.Span.Slice(index * IdBytes, IdBytes), bigEndian: true);
            var agent = _agents.Values<int>()[index];
            if ((uint)agent >= (uint)_agentNames.Length)
            {
                throw new SafetensorsFormatException(_file.Source, $"tensor '{_prefix}episode_agents': expected a number below {_agentNames.Length} but episode {index} has {agent}.");
            }

            try
            {
                var episode = Episode.Create(
                    _spec,
                    id,
                    (EpisodeEnd)_ends.Data.Span[index],
                    Rows(_observations, firstStep + index, length + 1, _spec.Observation.ByteCount).Span,
                    Rows(_actions, firstStep, length, _spec.Action.ByteCount).Span,
                    _rewards.Values<float>().Slice(firstStep, length),
                    _policyVersions.Values<long>().Slice(firstStep, length),
                    [.. _extras.Select((extra, i) => Rows(extra, firstStep, length, _spec.ExtraColumns[i].ByteCount))]);
                var read = new AgentEpisode(episode, _agentNames[agent], (EpisodeOutcome)_outcomes.Data.Span[index]);
                read.Check(_spec);
                return read;
            }
            catch (InvalidExperienceException error)
            {
                throw new SafetensorsFormatException(_file.Source, $"episode {index}: {error.Message}");
            }
        }

        private static ReadOnlyMemory<byte> Rows(SafetensorsTensor tensor, int first, int count, int bytes) => tensor.Data.Slice(first * bytes, count * bytes);

        private string[] ReadAgentNames()
        {
            try
            {
                return JsonSerializer.Deserialize(_file.RequireMetadata(_prefix + "agents"), CoreJsonContext.Default.StringArray) ?? [];
            }
            catch (JsonException error)
            {
                throw new SafetensorsFormatException(_file.Source, $"metadata entry '{_prefix}agents': expected a JSON array of names: {error.Message}");
            }
        }
    }
}
