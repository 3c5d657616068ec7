using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>Reads an episode file, checking every field against the others.</summary>
internal sealed class EpisodeFileReader(ReadOnlyMemory<byte> bytes, string source)
{
    private readonly SafetensorsDocument _document = SafetensorsDocument.Parse(bytes, source);

    /// <summary>Reads everything.</summary>
    /// <returns>The episodes.</returns>
    /// <exception cref="SafetensorsFormatException">A field is missing, damaged or contradicts another.</exception>
    public EpisodeFileContents Read()
    {
        Expect(EpisodeFileFormat.FormatKey, EpisodeFileFormat.Name);
        Expect(EpisodeFileFormat.VersionKey, EpisodeFileFormat.Version);
        var spec = ReadJson(EpisodeFileFormat.SpecKey, EpisodeFileFormat.ReadSpec);
        var agentIds = ReadJson(EpisodeFileFormat.AgentIdsKey, json => JsonSerializer.Deserialize(json, EpisodeFileJsonContext.Default.ImmutableArrayString));
        if (agentIds.IsDefault || agentIds.Any(string.IsNullOrEmpty))
        {
            throw Fault($"metadata '{EpisodeFileFormat.AgentIdsKey}': expected a list of ids that are not empty.");
        }

        var count = CountEpisodes();
        var lengths = MemoryMarshal.Cast<byte, int>(Tensor(EpisodeFileFormat.Lengths, ElementType.Int32, count, []).Span);
        var steps = SumLengths(lengths);
        var columns = new Columns(this, spec, steps, count);
        var agents = MemoryMarshal.Cast<byte, int>(Tensor(EpisodeFileFormat.Agents, ElementType.Int32, count, []).Span);
        var ends = Tensor(EpisodeFileFormat.Ends, ElementType.UInt8, count, []).Span;
        var outcomes = Tensor(EpisodeFileFormat.Outcomes, ElementType.UInt8, count, []).Span;
        var ids = Tensor(EpisodeFileFormat.Ids, ElementType.UInt8, count, [16]).Span;
        var episodes = ImmutableArray.CreateBuilder<AgentEpisode>(count);
        var known = new HashSet<Guid>(count);
        for (var i = 0; i < count; i++)
        {
            if ((uint)agents[i] >= (uint)agentIds.Length)
            {
                throw Fault($"{EpisodeFileFormat.Agents}[{i}]: expected a number below {agentIds.Length} but got {agents[i]}.");
            }

            if (outcomes[i] > (byte)EpisodeOutcome.Failure)
            {
                throw Fault($"{EpisodeFileFormat.Outcomes}[{i}]: expected 0, 1 or 2 but got {outcomes[i]}.");
            }

            var id = new Guid(ids.Slice(i * 16, 16), bigEndian: true);
            if (!known.Add(id))
            {
                throw Fault($"{EpisodeFileFormat.Ids}[{i}]: expected every id once but got {id} again.");
            }

            episodes.Add(new AgentEpisode(Create(i, id, (EpisodeEnd)ends[i], lengths[i], columns), agentIds[agents[i]], (EpisodeOutcome)outcomes[i]));
        }

        return new EpisodeFileContents(spec, episodes.MoveToImmutable());
    }

    private Episode Create(int index, Guid id, EpisodeEnd end, int length, Columns columns)
    {
        try
        {
            return columns.Next(id, end, length);
        }
        catch (InvalidExperienceException error)
        {
            throw Fault($"episode {index}: {error.Message}");
        }
    }

    private int CountEpisodes()
    {
        var lengths = _document[EpisodeFileFormat.Lengths];
        return lengths.Shape.Length == 1 ? lengths.Shape[0] : throw Fault($"tensor '{EpisodeFileFormat.Lengths}': expected 1 dimension but got {lengths.Shape.Length}.");
    }

    private int SumLengths(ReadOnlySpan<int> lengths)
    {
        var steps = 0L;
        for (var i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1)
            {
                throw Fault($"{EpisodeFileFormat.Lengths}[{i}]: expected 1 or more steps but got {lengths[i]}.");
            }

            steps += lengths[i];
        }

        return steps + lengths.Length <= int.MaxValue ? (int)steps : throw Fault($"tensor '{EpisodeFileFormat.Lengths}': expected at most {int.MaxValue} steps but got {steps}.");
    }

    private ReadOnlyMemory<byte> Tensor(string name, ElementType elementType, int rows, ImmutableArray<int> rowShape)
    {
        var tensor = _document[name];
        ImmutableArray<int> shape = [rows, .. rowShape];
        return tensor.ElementType == elementType && tensor.Shape.AsSpan().SequenceEqual(shape.AsSpan())
            ? tensor.Data
            : throw Fault($"tensor '{name}': expected {elementType}[{string.Join(", ", shape)}] but got {tensor.ElementType}[{string.Join(", ", tensor.Shape)}].");
    }

    private void Expect(string key, string value)
    {
        var actual = _document.Metadata.GetValueOrDefault(key);
        if (actual != value)
        {
            throw Fault($"metadata '{key}': expected '{value}' but got {(actual is null ? "nothing" : $"'{actual}'")}.");
        }
    }

    private T ReadJson<T>(string key, Func<string, T> read)
    {
        if (!_document.Metadata.TryGetValue(key, out var json))
        {
            throw Fault($"metadata '{key}': expected JSON but got nothing.");
        }

        try
        {
            return read(json);
        }
        catch (Exception error) when (error is JsonException or InvalidExperienceException or OverflowException or NotSupportedException)
        {
            throw Fault($"metadata '{key}': {error.Message}");
        }
    }

    private SafetensorsFormatException Fault(string fault) => new(source, fault);

    /// <summary>The columns of all episodes, cut episode by episode.</summary>
    private sealed class Columns(EpisodeFileReader reader, ExperienceSpec spec, int steps, int count)
    {
        private readonly ReadOnlyMemory<byte> _observations = reader.Tensor(EpisodeFileFormat.Observations, spec.Observation.ElementType, steps + count, spec.Observation.Shape);
        private readonly ReadOnlyMemory<byte> _actions = reader.Tensor(EpisodeFileFormat.Actions, spec.Action.ElementType, steps, spec.Action.Shape);
        private readonly ReadOnlyMemory<byte> _rewards = reader.Tensor(EpisodeFileFormat.Rewards, ElementType.Float32, steps, []);
        private readonly ReadOnlyMemory<byte> _policyVersions = reader.Tensor(EpisodeFileFormat.PolicyVersions, ElementType.Int64, steps, []);

        private readonly ReadOnlyMemory<byte>[] _extras =
            [.. spec.ExtraColumns.Select(column => reader.Tensor(EpisodeFileFormat.Extra(column), column.ElementType, steps, column.Shape))];

        private readonly ReadOnlyMemory<byte>[] _slices = new ReadOnlyMemory<byte>[spec.ExtraColumns.Length];
        private int _step;
        private int _observation;

        public Episode Next(Guid id, EpisodeEnd end, int length)
        {
            for (var i = 0; i < _extras.Length; i++)
            {
                _slices[i] = Rows(_extras[i], _step, length, spec.ExtraColumns[i].ByteCount);
            }

            var episode = Episode.Create(
                spec,
                id,
                end,
                Rows(_observations, _observation, length + 1, spec.Observation.ByteCount).Span,
                Rows(_actions, _step, length, spec.Action.ByteCount).Span,
                MemoryMarshal.Cast<byte, float>(Rows(_rewards, _step, length, sizeof(float)).Span),
                MemoryMarshal.Cast<byte, long>(Rows(_policyVersions, _step, length, sizeof(long)).Span),
                _slices);
            _step += length;
            _observation += length + 1;
            return episode;
        }

        private static ReadOnlyMemory<byte> Rows(ReadOnlyMemory<byte> column, int first, int rows, int bytesPerRow) =>
            column.Slice(checked(first * bytesPerRow), checked(rows * bytesPerRow));
    }
}
