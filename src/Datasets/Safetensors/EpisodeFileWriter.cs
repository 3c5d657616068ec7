using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>Lays the columns of many episodes one behind the other.</summary>
internal static class EpisodeFileWriter
{
    private delegate ReadOnlySpan<byte> ColumnOf(Episode episode);

    /// <summary>Collects a file's tensors and metadata.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="episodes">The episodes.</param>
    /// <returns>The file, not yet written.</returns>
    /// <exception cref="InvalidExperienceException">An episode does not fit.</exception>
    public static SafetensorsBuilder Collect(ExperienceSpec spec, IReadOnlyList<AgentEpisode> episodes)
    {
        var agentIds = new List<string>();
        var agentNumbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var lengths = new int[episodes.Count];
        var agents = new int[episodes.Count];
        var ends = new byte[episodes.Count];
        var outcomes = new byte[episodes.Count];
        var ids = new byte[checked(episodes.Count * 16)];
        var known = new HashSet<Guid>(episodes.Count);
        for (var i = 0; i < episodes.Count; i++)
        {
            var (episode, agentId, outcome) = episodes[i];
            InvalidExperienceException.ThrowUnless(episode.Spec.Equals(spec), $"episodes[{i}].spec", "the file's spec", "another");
            InvalidExperienceException.ThrowUnless(!string.IsNullOrEmpty(agentId), $"episodes[{i}].agent_id", "an id that is not empty", "none");
            InvalidExperienceException.ThrowUnless(Enum.IsDefined(outcome), $"episodes[{i}].outcome", "Undecided, Success or Failure", outcome);
            InvalidExperienceException.ThrowUnless(known.Add(episode.Id), $"episodes[{i}].id", "an id that no other episode has", episode.Id);
            if (!agentNumbers.TryGetValue(agentId, out agents[i]))
            {
                agents[i] = agentIds.Count;
                agentNumbers.Add(agentId, agentIds.Count);
                agentIds.Add(agentId);
            }

            lengths[i] = episode.Length;
            ends[i] = (byte)episode.End;
            outcomes[i] = (byte)outcome;
            _ = episode.Id.TryWriteBytes(ids.AsSpan(i * 16, 16), bigEndian: true, out _);
        }

        var steps = lengths.Sum(length => (long)length);
        var file = new SafetensorsBuilder();
        file.Metadata[EpisodeFileFormat.FormatKey] = EpisodeFileFormat.Name;
        file.Metadata[EpisodeFileFormat.VersionKey] = EpisodeFileFormat.Version;
        file.Metadata[EpisodeFileFormat.SpecKey] = EpisodeFileFormat.WriteSpec(spec);
        file.Metadata[EpisodeFileFormat.AgentIdsKey] = JsonSerializer.Serialize(agentIds.ToImmutableArray(), EpisodeFileJsonContext.Default.ImmutableArrayString);
        Add(file, episodes, EpisodeFileFormat.Observations, spec.Observation.ElementType, steps + episodes.Count, spec.Observation.Shape, static episode => episode.Observations);
        Add(file, episodes, EpisodeFileFormat.Actions, spec.Action.ElementType, steps, spec.Action.Shape, static episode => episode.Actions);
        Add(file, episodes, EpisodeFileFormat.Rewards, ElementType.Float32, steps, [], static episode => MemoryMarshal.AsBytes(episode.Rewards));
        Add(file, episodes, EpisodeFileFormat.PolicyVersions, ElementType.Int64, steps, [], static episode => MemoryMarshal.AsBytes(episode.PolicyVersions));
        for (var i = 0; i < spec.ExtraColumns.Length; i++)
        {
            var (column, number) = (spec.ExtraColumns[i], i);
            Add(file, episodes, EpisodeFileFormat.Extra(column), column.ElementType, steps, column.Shape, episode => episode.Extra(number));
        }

        file.Add(EpisodeFileFormat.Lengths, ElementType.Int32, [episodes.Count], MemoryMarshal.AsBytes<int>(lengths).ToArray());
        file.Add(EpisodeFileFormat.Agents, ElementType.Int32, [episodes.Count], MemoryMarshal.AsBytes<int>(agents).ToArray());
        file.Add(EpisodeFileFormat.Ends, ElementType.UInt8, [episodes.Count], ends);
        file.Add(EpisodeFileFormat.Outcomes, ElementType.UInt8, [episodes.Count], outcomes);
        file.Add(EpisodeFileFormat.Ids, ElementType.UInt8, [episodes.Count, 16], ids);
        return file;
    }

    private static void Add(
        SafetensorsBuilder file, IReadOnlyList<AgentEpisode> episodes, string name, ElementType elementType, long rows, ImmutableArray<int> rowShape, ColumnOf columnOf)
    {
        var total = 0L;
        for (var i = 0; i < episodes.Count; i++)
        {
            total += columnOf(episodes[i].Episode).Length;
        }

        InvalidExperienceException.ThrowUnless(total <= Array.MaxLength && rows <= int.MaxValue, name, "a column of at most 2 GiB", total);
        var data = GC.AllocateUninitializedArray<byte>((int)total);
        var offset = 0;
        for (var i = 0; i < episodes.Count; i++)
        {
            var column = columnOf(episodes[i].Episode);
            column.CopyTo(data.AsSpan(offset));
            offset += column.Length;
        }

        file.Add(name, elementType, [(int)rows, .. rowShape], data);
    }
}
