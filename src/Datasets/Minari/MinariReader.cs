using System.Collections.Immutable;
using System.Text.Json;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>A Minari data set open for reading. One thread at a time.</summary>
public sealed class MinariReader : IEpisodeSource
{
    private const int MaxMetadataBytes = 64 << 20;

    private readonly string _metadataFile;
    private readonly Hdf5Reader _reader;
    private readonly ImmutableArray<MinariPart> _parts;
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    /// <summary>Opens a data set and reads its metadata.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="spec">What a step is made of; null to take it from the metadata.</param>
    internal MinariReader(string folder, ExperienceSpec? spec)
    {
        spec?.Validate();
        var data = Path.Combine(folder, MinariLayout.DataFolder);
        data = Directory.Exists(data) ? data : folder;
        _metadataFile = Path.Combine(data, MinariLayout.MetadataFile);
        ReadMetadata();
        var (observation, parts) = Checked(MinariLayout.ObservationSpace, static json => MinariSpaces.ReadObservation(json, MinariLayout.Observations));
        var action = Checked(MinariLayout.ActionSpace, MinariSpaces.ReadAction);
        _parts = parts;
        Spec = spec ?? (_metadata.ContainsKey(MinariLayout.SpecField) ? Checked(MinariLayout.SpecField, EpisodeFileFormat.ReadSpec) : new ExperienceSpec(observation, action));
        CheckSpec(observation);
        EpisodeCount = Number(MinariLayout.TotalEpisodes);
        StepCount = Number(MinariLayout.TotalSteps);
        _reader = new Hdf5Reader(Path.Combine(data, MinariLayout.MainFile));
    }

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec { get; }

    /// <summary>Gets the number of episodes, as the metadata say.</summary>
    public long EpisodeCount { get; }

    /// <summary>Gets the number of steps in all episodes, as the metadata say.</summary>
    public long StepCount { get; }

    /// <summary>Gets the metadata: text as it is, everything else as JSON.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Reads the episodes one by one.</summary>
    /// <returns>The episodes by number, checked; ids are made of content and number, so reading again gives the same ones.</returns>
    /// <exception cref="DatasetFormatException">A part of the file is damaged, a number in it is not allowed, or the episodes have not as many steps as the metadata say.</exception>
    public IEnumerable<Episode> ReadEpisodes()
    {
        var steps = 0L;
        for (var number = 0L; number < EpisodeCount; number++)
        {
            var episode = ReadEpisode(number);
            steps += episode.Length;
            yield return episode;
        }

        if (steps != StepCount)
        {
            throw Fault(MinariLayout.TotalSteps, $"expected {StepCount} steps but the episodes have {steps}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private Episode ReadEpisode(long number)
    {
        var group = MinariLayout.Episode(number);
        var length = CountSteps(group);
        var end = ReadEnd(group, length);
        try
        {
            var layout = new EpisodeLayout(Spec, length);
            var data = new byte[layout.ByteCount];
            ReadObservations(group, length, data.AsSpan(layout.Observations));
            Read($"{group}/{MinariLayout.Actions}", Spec.Action.ElementType, Spec.Action.Shape, length, data.AsSpan(layout.Actions));
            Read($"{group}/{MinariLayout.Rewards}", ElementType.Float32, [], length, data.AsSpan(layout.Rewards));
            for (var i = 0; i < Spec.ExtraColumns.Length; i++)
            {
                ReadInfo(group, Spec.ExtraColumns[i], length, data.AsSpan(layout.Extra(i)));
            }

            return Episode.FromBuffer(Spec, DatasetIds.Create(Spec, data, end, number), end, length, data);
        }
        catch (InvalidExperienceException error)
        {
            var column = Spec.ExtraColumns.FirstOrDefault(column => error.Field == $"episode.{column.Name}");
            var place = column is null ? error.Field.Replace("episode.", "", StringComparison.Ordinal) : MinariLayout.PlaceOf(column);
            throw new DatasetFormatException(_reader.Path, $"{group}/{place}", error.Step, $"expected {error.Expected} of the episode but got {error.Actual}.", error);
        }
    }

    private int CountSteps(string group)
    {
        using var rewards = _reader.OpenDataset($"{group}/{MinariLayout.Rewards}");
        if (rewards.Shape.IsEmpty || rewards.RowCount is < 1 or >= int.MaxValue)
        {
            throw rewards.Fault(null, $"expected 1 or more rows but got {(rewards.Shape.IsEmpty ? "a single value" : rewards.RowCount)}.");
        }

        return _reader.ReadWholeAttribute(group, MinariLayout.TotalSteps) is { } total && total != rewards.RowCount
            ? throw rewards.Fault(null, $"expected {total} rows, as attribute '{MinariLayout.TotalSteps}' says, but got {rewards.RowCount}.")
            : (int)rewards.RowCount;
    }

    private EpisodeEnd ReadEnd(string group, int length)
    {
        var isTerminated = ReadFlag(MinariLayout.Terminations);
        _ = ReadFlag(MinariLayout.Truncations);
        return isTerminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;

        bool ReadFlag(string name)
        {
            var flags = new byte[length];
            var place = $"{group}/{name}";
            Read(place, ElementType.Boolean, [], length, flags);
            var first = Array.IndexOf(flags, (byte)1);
            return first < 0 || first == length - 1
                ? first >= 0
                : throw new DatasetFormatException(_reader.Path, place, first, $"expected the episode to end at its last row, {length - 1}, but it ends here.");
        }
    }

    private void ReadObservations(string group, int length, Span<byte> destination)
    {
        if (_parts is [{ Place: MinariLayout.Observations }])
        {
            Read($"{group}/{MinariLayout.Observations}", Spec.Observation.ElementType, Spec.Observation.Shape, length + 1, destination);
            return;
        }

        var rowBytes = Spec.Observation.ByteCount;
        var offset = 0;
        foreach (var part in _parts)
        {
            var partBytes = part.ElementCount * sizeof(float);
            var values = new byte[checked((length + 1) * partBytes)];
            Read($"{group}/{part.Place}", ElementType.Float32, part.Shape, length + 1, values);
            for (var row = 0; row <= length; row++)
            {
                values.AsSpan(row * partBytes, partBytes).CopyTo(destination[((row * rowBytes) + offset)..]);
            }

            offset += partBytes;
        }
    }

    // Minari keeps what the reset said as the first of T + 1 rows; files of ours have T.
    private void ReadInfo(string group, ColumnSpec column, int length, Span<byte> destination)
    {
        var place = $"{group}/{MinariLayout.PlaceOf(column)}";
        long rows;
        using (var dataset = _reader.OpenDataset(place))
        {
            rows = dataset.RowCount == length + 1L ? dataset.RowCount : length;
        }

        using var info = Hdf5Column.Open(_reader, place, column.ElementType, column.Shape, rows);
        info.Read(rows - length, destination);
    }

    private void Read(string place, ElementType elementType, ImmutableArray<int> rowShape, int rows, Span<byte> destination)
    {
        using var column = Hdf5Column.Open(_reader, place, elementType, rowShape, rows);
        column.Read(0, destination);
    }

    private void ReadMetadata()
    {
        if (new FileInfo(_metadataFile).Length > MaxMetadataBytes)
        {
            throw new DatasetFormatException(_metadataFile, null, null, $"expected metadata of at most {MaxMetadataBytes} bytes.");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(_metadataFile));
            foreach (var field in document.RootElement.EnumerateObject())
            {
                _metadata[field.Name] = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText();
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new DatasetFormatException(_metadataFile, null, null, $"expected a JSON object: {error.Message}", error);
        }

        if (_metadata.GetValueOrDefault(MinariLayout.DataFormat, MinariLayout.Hdf5Format) is var format && format != MinariLayout.Hdf5Format)
        {
            throw Fault(MinariLayout.DataFormat, $"expected '{MinariLayout.Hdf5Format}' but got '{format}'.");
        }
    }

    private T Checked<T>(string field, Func<string, T> read)
    {
        if (!_metadata.TryGetValue(field, out var json))
        {
            throw Fault(field, "expected a description of the space but there is none.");
        }

        try
        {
            return read(json);
        }
        catch (Exception error) when (error is JsonException or InvalidExperienceException or OverflowException or NotSupportedException or FormatException or InvalidOperationException)
        {
            throw new DatasetFormatException(_metadataFile, field, null, error.Message, error);
        }
    }

    private void CheckSpec(Space observation)
    {
        var isFlattened = _parts is not [{ Place: MinariLayout.Observations }];
        if ((isFlattened && Spec.Observation is not BoxSpace { ElementType: ElementType.Float32 }) || Spec.Observation.ElementCount != observation.ElementCount)
        {
            throw Fault(MinariLayout.ObservationSpace, $"expected {Spec.Observation} but got {observation}.");
        }

        Spec.Validate();
    }

    private long Number(string field) => _metadata.TryGetValue(field, out var text) && long.TryParse(text, System.Globalization.NumberStyles.None, null, out var number)
        ? number
        : throw Fault(field, $"expected a whole number but got {_metadata.GetValueOrDefault(field, "nothing")}.");

    private DatasetFormatException Fault(string field, string fault) => new(_metadataFile, field, null, fault);
}
