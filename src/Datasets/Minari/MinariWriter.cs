using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>A Minari data set being written, episode by episode. One thread at a time.</summary>
public sealed class MinariWriter : IDisposable
{
    // The layout's version that these files keep to.
    private const string Version = "0.5.3";

    private const int ChunkBytes = 256 << 10;
    private const double MegaByte = 1e6;

    private readonly string _folder;
    private readonly string _temporary;
    private readonly string _data;
    private readonly string _datasetId;
    private readonly Hdf5Writer _writer;
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private bool _isBroken;
    private bool _isComplete;

    /// <summary>Begins a data set.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="datasetId">The data set's id.</param>
    internal MinariWriter(string folder, ExperienceSpec spec, string datasetId)
    {
        spec.Validate();
        var places = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in spec.ExtraColumns)
        {
            InvalidExperienceException.ThrowUnless(places.Add(MinariLayout.PlaceOf(column)), "spec.extra_columns.name", "a name whose dataset no other column has", column.Name);
        }

        InvalidExperienceException.ThrowUnless(!string.IsNullOrEmpty(datasetId), "dataset_id", "an id that is not empty", datasetId);
        InvalidExperienceException.ThrowUnless(!Path.Exists(folder), "folder", "a folder that is not there yet", folder);
        Hdf5Library.ThrowIfUnavailable();
        Spec = spec;
        _datasetId = datasetId;
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _temporary = $"{_folder}.{Guid.NewGuid():N}.tmp";
        _data = Path.Combine(_temporary, MinariLayout.DataFolder);
        _ = Directory.CreateDirectory(_data);
        try
        {
            _writer = new Hdf5Writer(Path.Combine(_data, MinariLayout.MainFile));
        }
        catch
        {
            Directory.Delete(_temporary, recursive: true);
            throw;
        }
    }

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec { get; }

    /// <summary>Gets the number of steps appended.</summary>
    public long StepCount { get; private set; }

    /// <summary>Gets the number of episodes appended.</summary>
    public long EpisodeCount { get; private set; }

    /// <summary>Adds an episode as the next number.</summary>
    /// <param name="episode">The episode.</param>
    /// <exception cref="InvalidExperienceException">The episode has another spec; nothing was added.</exception>
    /// <exception cref="IOException">It cannot be written; the data set cannot be completed any more.</exception>
    /// <exception cref="InvalidOperationException">The data set is complete, or an episode could not be written.</exception>
    public void Append(Episode episode)
    {
        ArgumentNullException.ThrowIfNull(episode);
        CheckOpen();
        InvalidExperienceException.ThrowUnless(episode.Spec.Fingerprint == Spec.Fingerprint, "episode.spec", $"{Spec}", episode.Spec);
        _isBroken = true;
        var group = MinariLayout.Episode(EpisodeCount);
        _writer.CreateGroup(group);
        _writer.WriteAttribute(group, "id", EpisodeCount);
        _writer.WriteAttribute(group, MinariLayout.TotalSteps, episode.Length);
        WriteSpace($"{group}/{MinariLayout.Observations}", Spec.Observation, episode.Observations, episode.Length + 1);
        WriteSpace($"{group}/{MinariLayout.Actions}", Spec.Action, episode.Actions, episode.Length);
        WriteRewards($"{group}/{MinariLayout.Rewards}", episode.Rewards);
        WriteFlags($"{group}/{MinariLayout.Terminations}", episode.Length, episode.End == EpisodeEnd.Terminated);
        WriteFlags($"{group}/{MinariLayout.Truncations}", episode.Length, episode.End == EpisodeEnd.Truncated);
        for (var i = 0; i < Spec.ExtraColumns.Length; i++)
        {
            var column = Spec.ExtraColumns[i];
            Write($"{group}/{MinariLayout.PlaceOf(column)}", column.ElementType, column.Shape, episode.Extra(i), episode.Length);
        }

        EpisodeCount++;
        StepCount += episode.Length;
        _isBroken = false;
    }

    /// <summary>Sets a field of the metadata, such as <c>author</c>, <c>algorithm_name</c>, <c>description</c> or <c>env_spec</c>.</summary>
    /// <param name="field">The field, in snake case and none that the data set sets itself.</param>
    /// <param name="value">The text.</param>
    /// <exception cref="InvalidExperienceException">The field is empty or the data set's own.</exception>
    /// <exception cref="InvalidOperationException">The data set is complete, or an episode could not be written.</exception>
    public void SetMetadata(string field, string value)
    {
        CheckOpen();
        string[] own =
        [
            MinariLayout.DataFormat, MinariLayout.ObservationSpace, MinariLayout.ActionSpace, MinariLayout.TotalEpisodes, MinariLayout.TotalSteps,
            MinariLayout.DatasetId, MinariLayout.DatasetSize, MinariLayout.MinariVersion, MinariLayout.SpecField,
        ];
        InvalidExperienceException.ThrowUnless(!string.IsNullOrEmpty(field) && !own.Contains(field, StringComparer.Ordinal), "metadata.field", "a field that the data set does not set itself", field);
        _metadata[field] = value;
    }

    /// <summary>Writes what is left and puts the folder under its name.</summary>
    /// <exception cref="IOException">It cannot be written, or a folder of that name has appeared; nothing is changed.</exception>
    /// <exception cref="InvalidOperationException">The data set is complete already, or an episode could not be written.</exception>
    public void Complete()
    {
        CheckOpen();
        _isBroken = true;
        _writer.Close();
        WriteMetadata();
        Directory.Move(_temporary, _folder);
        (_isBroken, _isComplete) = (false, true);
    }

    /// <summary>Closes the data set; one that was not completed leaves nothing behind.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        if (!_isComplete && Directory.Exists(_temporary))
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    // Gymnasium's choices are int64.
    private void WriteSpace(string place, Space space, ReadOnlySpan<byte> values, int rows)
    {
        if (space is not DiscreteSpace)
        {
            Write(place, space.ElementType, space.Shape, values, rows);
            return;
        }

        var wide = new long[rows];
        var choices = MemoryMarshal.Cast<byte, int>(values);
        for (var i = 0; i < rows; i++)
        {
            wide[i] = choices[i];
        }

        Write(place, ElementType.Int64, [], MemoryMarshal.AsBytes<long>(wide), rows);
    }

    private void WriteRewards(string place, ReadOnlySpan<float> rewards)
    {
        var wide = new double[rewards.Length];
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = rewards[i];
        }

        Write(place, ElementType.Float64, [], MemoryMarshal.AsBytes<double>(wide), wide.Length);
    }

    private void WriteFlags(string place, int length, bool last)
    {
        var flags = new byte[length];
        flags[^1] = last ? (byte)1 : (byte)0;
        Write(place, ElementType.Boolean, [], flags, length);
    }

    private void Write(string place, ElementType elementType, ImmutableArray<int> rowShape, ReadOnlySpan<byte> values, int rows)
    {
        using var column = _writer.CreateColumn(place, elementType, rowShape, new Hdf5ColumnOptions(CompressionLevel: 0, ChunkBytes, MaxChunkRows: rows));
        column.Append(values);
        column.Complete();
    }

    private void WriteMetadata()
    {
        var size = new FileInfo(Path.Combine(_data, MinariLayout.MainFile)).Length / MegaByte;
        using var stream = new FileStream(Path.Combine(_data, MinariLayout.MetadataFile), FileMode.CreateNew, FileAccess.Write);
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber(MinariLayout.TotalEpisodes, EpisodeCount);
            json.WriteNumber(MinariLayout.TotalSteps, StepCount);
            json.WriteString(MinariLayout.DataFormat, MinariLayout.Hdf5Format);
            json.WriteString(MinariLayout.ObservationSpace, MinariSpaces.Write(Spec.Observation));
            json.WriteString(MinariLayout.ActionSpace, MinariSpaces.Write(Spec.Action));
            json.WriteString(MinariLayout.DatasetId, _datasetId);
            json.WriteNumber(MinariLayout.DatasetSize, Math.Round(size, 1));
            json.WriteString(MinariLayout.MinariVersion, Version);
            json.WriteString(MinariLayout.SpecField, EpisodeFileFormat.WriteSpec(Spec));
            foreach (var (field, value) in _metadata)
            {
                json.WriteString(field, value);
            }

            json.WriteEndObject();
        }

        stream.Flush(flushToDisk: true);
    }

    private void CheckOpen()
    {
        if (_isComplete || _isBroken)
        {
            throw new InvalidOperationException($"Expected {_folder} to be open for writing but {(_isComplete ? "it is complete" : "an earlier call could not write to it")}.");
        }
    }
}
