using System.Text.Json;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>A D4RL file open for reading. One thread at a time.</summary>
public sealed class D4rlReader : IEpisodeSource
{
    private const int MaxMetadataDepth = 8;

    private readonly Hdf5Reader _reader;
    private readonly D4rlReaderOptions _options;
    private readonly D4rlColumns _columns;
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _infos = new(StringComparer.Ordinal);
    private readonly List<string> _ignored = [];

    /// <summary>Opens a file and checks its datasets against one another; rows are read later.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read.</param>
    internal D4rlReader(string path, D4rlReaderOptions options)
    {
        options.Validate();
        _reader = new Hdf5Reader(path);
        try
        {
            _options = options with { Rule = Resolve(options.Rule) };
            using (var observations = _reader.OpenDataset(D4rlLayout.Observations))
            {
                _ = D4rlInference.RowShape(observations);
                StepCount = observations.RowCount;
            }

            ListContents();
            Spec = options.Spec ?? ReadSpec() ?? D4rlInference.Infer(_reader, options.IncludeInfos ? _infos : []);
            CheckSpec();
            _columns = new D4rlColumns(_reader, Spec, StepCount, usesNextObservations: _options.Rule == D4rlRule.Sequences);
            _ignored.AddRange(_infos.Values.Except(Spec.ExtraColumns.Select(D4rlLayout.PlaceOf), StringComparer.Ordinal));
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
    }

    /// <summary>Gets the file.</summary>
    public string Path => _reader.Path;

    /// <summary>Gets what a step is made of. <c>infos/qpos</c> is the extra column <c>infos_qpos</c>.</summary>
    public ExperienceSpec Spec { get; }

    /// <summary>Gets the number of rows in the file. Episodes may have fewer steps together: see <see cref="D4rlRule"/>.</summary>
    public long StepCount { get; }

    /// <summary>Gets the single values under <c>metadata</c>, such as <c>algorithm</c> or <c>policy/nonlinearity</c>, as text.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Gets the paths of what is in the file but neither in <see cref="Spec"/> nor in <see cref="Metadata"/>: weights of policies, text, arrays left out on purpose.</summary>
    public IReadOnlyList<string> Ignored => _ignored;

    /// <summary>Reads the episodes one by one, a few megabytes ahead of the longest one.</summary>
    /// <returns>
    /// The episodes in the file's order, checked. An id is made of the episode's content and its place in the file: reading the same file again
    /// gives the same ids. Reading may begin again at any time, but not go on in two places at once.
    /// </returns>
    /// <exception cref="DatasetFormatException">A part of the file is damaged, or a number in it is not allowed; the message names dataset and row.</exception>
    public IEnumerable<Episode> ReadEpisodes() => StepCount == 0 ? [] : new D4rlEpisodes(Path, Spec, _options, _columns, StepCount).Read();

    /// <inheritdoc/>
    public void Dispose()
    {
        _columns.Dispose();
        _reader.Dispose();
    }

    private D4rlRule Resolve(D4rlRule rule) => rule != D4rlRule.Known ? rule
        : _reader.Find(D4rlLayout.NextObservations) == Hdf5Entry.Nothing ? D4rlRule.Transitions
        : D4rlRule.Sequences;

    private void ListContents()
    {
        string[] columns = [D4rlLayout.Observations, D4rlLayout.NextObservations, D4rlLayout.Actions, D4rlLayout.Rewards, D4rlLayout.Terminals, D4rlLayout.Timeouts];
        foreach (var name in _reader.List("/").Except(columns, StringComparer.Ordinal))
        {
            var kind = _reader.Find(name);
            if (name == D4rlLayout.Infos && kind == Hdf5Entry.Group)
            {
                ListInfos();
            }
            else if (name == D4rlLayout.Metadata && kind == Hdf5Entry.Group)
            {
                ReadMetadata(D4rlLayout.Metadata, depth: 1);
            }
            else
            {
                _ignored.Add(name);
            }
        }
    }

    private void ListInfos()
    {
        foreach (var name in _reader.List(D4rlLayout.Infos))
        {
            var place = $"{D4rlLayout.Infos}/{name}";
            if (place == D4rlLayout.PolicyVersions)
            {
                continue;
            }

            if (D4rlLayout.ColumnOf(name) is { } column && _reader.Find(place) == Hdf5Entry.Dataset && HasRows(place))
            {
                _infos.Add(column, place);
            }
            else
            {
                _ignored.Add(place);
            }
        }
    }

    private bool HasRows(string place)
    {
        using var dataset = _reader.OpenDataset(place);
        return dataset is { Type.IsNumeric: true, Shape.IsEmpty: false, RowBytes: > 0 };
    }

    private void ReadMetadata(string group, int depth)
    {
        foreach (var name in _reader.List(group))
        {
            var place = $"{group}/{name}";
            var kind = _reader.Find(place);
            if (kind == Hdf5Entry.Group && depth < MaxMetadataDepth)
            {
                ReadMetadata(place, depth + 1);
            }
            else if (kind == Hdf5Entry.Dataset && ReadValue(place) is { } text)
            {
                _metadata.Add(place[(D4rlLayout.Metadata.Length + 1)..], text);
            }
            else
            {
                _ignored.Add(place);
            }
        }
    }

    private string? ReadValue(string place)
    {
        using var dataset = _reader.OpenDataset(place);
        var isValue = (dataset.Type.IsNumeric || dataset.Type.IsText) && dataset.Shape.All(static length => length == 1);
        return isValue ? dataset.ReadText() : null;
    }

    private ExperienceSpec? ReadSpec()
    {
        if (!_metadata.TryGetValue(D4rlLayout.SpecKey, out var json))
        {
            return null;
        }

        const string Place = $"{D4rlLayout.Metadata}/{D4rlLayout.SpecKey}";
        ExperienceSpec spec;
        try
        {
            spec = EpisodeFileFormat.ReadSpec(json);
        }
        catch (Exception error) when (error is JsonException or InvalidExperienceException or OverflowException or NotSupportedException)
        {
            throw new DatasetFormatException(Path, Place, null, error.Message, error);
        }

        var (expected, actual) = (_metadata.GetValueOrDefault(D4rlLayout.FingerprintKey, "nothing"), FormattableString.Invariant($"{spec.Fingerprint:x16}"));
        return expected != actual ? throw new DatasetFormatException(Path, Place, null, $"expected a spec of fingerprint {expected} but got {actual}.")
            : _options.IncludeInfos ? spec
            : spec with { ExtraColumns = [] };
    }

    private void CheckSpec()
    {
        try
        {
            Spec.Validate();
        }
        catch (InvalidExperienceException error)
        {
            throw new DatasetFormatException(Path, null, null, error.Message, error);
        }
    }
}
