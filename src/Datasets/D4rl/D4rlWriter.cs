using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>A D4RL file being written, episode by episode. One thread at a time.</summary>
public sealed class D4rlWriter : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly Hdf5Writer _writer;
    private readonly List<Hdf5ColumnWriter> _all = [];
    private readonly Hdf5ColumnWriter _observations;
    private readonly Hdf5ColumnWriter _actions;
    private readonly Hdf5ColumnWriter _rewards;
    private readonly Hdf5ColumnWriter _terminals;
    private readonly Hdf5ColumnWriter _timeouts;
    private readonly Hdf5ColumnWriter? _nextObservations;
    private readonly Hdf5ColumnWriter? _policyVersions;
    private readonly Hdf5ColumnWriter[] _extras;
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private bool _isBroken;
    private bool _isComplete;

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="options">How it is written.</param>
    internal D4rlWriter(string path, ExperienceSpec spec, D4rlWriterOptions options)
    {
        spec.Validate();
        options.Validate();
        CheckPlaces(spec, options);
        Spec = spec;
        _path = path;
        _temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        var chunks = new Hdf5ColumnOptions(options.CompressionLevel);
        _writer = new Hdf5Writer(_temporary);
        try
        {
            _observations = Add(D4rlLayout.Observations, spec.Observation);
            _actions = Add(D4rlLayout.Actions, spec.Action);
            _rewards = Keep(_writer.CreateColumn(D4rlLayout.Rewards, ElementType.Float32, [], chunks));
            _terminals = Keep(_writer.CreateColumn(D4rlLayout.Terminals, ElementType.Boolean, [], chunks));
            _timeouts = Keep(_writer.CreateColumn(D4rlLayout.Timeouts, ElementType.Boolean, [], chunks));
            _nextObservations = options.IncludeNextObservations ? Add(D4rlLayout.NextObservations, spec.Observation) : null;
            _policyVersions = options.IncludePolicyVersions ? Keep(_writer.CreateColumn(D4rlLayout.PolicyVersions, ElementType.Int64, [], chunks)) : null;
            _extras = [.. spec.ExtraColumns.Select(column => Keep(_writer.CreateColumn(D4rlLayout.PlaceOf(column), column.ElementType, column.Shape, chunks)))];
        }
        catch
        {
            Dispose();
            throw;
        }

        Hdf5ColumnWriter Add(string place, Space space) => Keep(_writer.CreateColumn(place, space.ElementType, space.Shape, chunks));
    }

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec { get; }

    /// <summary>Gets the number of steps appended.</summary>
    public long StepCount { get; private set; }

    /// <summary>Gets the number of episodes appended.</summary>
    public long EpisodeCount { get; private set; }

    /// <summary>Adds an episode behind those before: its last row is set in <c>terminals</c> or <c>timeouts</c>.</summary>
    /// <param name="episode">The episode.</param>
    /// <exception cref="InvalidExperienceException">The episode has another spec; nothing was added.</exception>
    /// <exception cref="IOException">It cannot be written; the file cannot be completed any more.</exception>
    /// <exception cref="InvalidOperationException">The file is complete, or an episode could not be written.</exception>
    public void Append(Episode episode)
    {
        ArgumentNullException.ThrowIfNull(episode);
        CheckOpen();
        InvalidExperienceException.ThrowUnless(episode.Spec.Fingerprint == Spec.Fingerprint, "episode.spec", $"{Spec}", episode.Spec);
        _isBroken = true;
        var rowBytes = Spec.Observation.ByteCount;
        _observations.Append(episode.Observations[..^rowBytes]);
        _nextObservations?.Append(episode.Observations[rowBytes..]);
        _actions.Append(episode.Actions);
        _rewards.Append(MemoryMarshal.AsBytes(episode.Rewards));
        AppendFlags(_terminals, episode.Length, episode.End == EpisodeEnd.Terminated);
        AppendFlags(_timeouts, episode.Length, episode.End == EpisodeEnd.Truncated);
        _policyVersions?.Append(MemoryMarshal.AsBytes(episode.PolicyVersions));
        for (var i = 0; i < _extras.Length; i++)
        {
            _extras[i].Append(episode.Extra(i));
        }

        StepCount += episode.Length;
        EpisodeCount++;
        _isBroken = false;
    }

    /// <summary>Sets a single value under <c>metadata</c>, replacing one of the same key.</summary>
    /// <param name="key">The key, such as <c>recipe</c> or <c>policy/file</c>.</param>
    /// <param name="value">The text.</param>
    /// <exception cref="InvalidExperienceException">The key is no path of names, leads through another value, or is our own; or the text has a null character.</exception>
    /// <exception cref="InvalidOperationException">The file is complete, or an episode could not be written.</exception>
    public void SetMetadata(string key, string value)
    {
        CheckOpen();
        var isPath = !string.IsNullOrEmpty(key) && !key.Contains('\0', StringComparison.Ordinal) && key.Split('/').All(static name => name is not ("" or "." or ".."));
        InvalidExperienceException.ThrowUnless(isPath, "metadata.key", "names with slashes between them", key);
        var isFree = !IsWithin(key, D4rlLayout.OwnGroup) && !_metadata.Keys.Any(other => other != key && (IsWithin(key, other) || IsWithin(other, key)));
        InvalidExperienceException.ThrowUnless(isFree, "metadata.key", "a key that neither holds nor lies in another", key);
        InvalidExperienceException.ThrowUnless(value is not null && !value.Contains('\0', StringComparison.Ordinal), "metadata.value", "text without null characters", value);
        _metadata[key] = value;

        static bool IsWithin(string inner, string outer) => inner == outer || inner.StartsWith(outer + "/", StringComparison.Ordinal);
    }

    /// <summary>Writes what is left and puts the file under its name, in place of one that is there.</summary>
    /// <exception cref="IOException">It cannot be written; nothing is changed.</exception>
    /// <exception cref="InvalidOperationException">The file is complete already, or an episode could not be written.</exception>
    public void Complete()
    {
        CheckOpen();
        _isBroken = true;
        _all.ForEach(static column => column.Complete());
        _metadata[D4rlLayout.SpecKey] = EpisodeFileFormat.WriteSpec(Spec);
        _metadata[D4rlLayout.FingerprintKey] = FormattableString.Invariant($"{Spec.Fingerprint:x16}");
        foreach (var (key, value) in _metadata)
        {
            _writer.WriteText($"{D4rlLayout.Metadata}/{key}", value);
        }

        _all.ForEach(static column => column.Dispose());
        _writer.Close();
        FileReplacement.Publish(_temporary, _path);
        (_isBroken, _isComplete) = (false, true);
    }

    /// <summary>Closes the file; one that was not completed leaves nothing behind.</summary>
    public void Dispose()
    {
        _all.ForEach(static column => column.Dispose());
        _writer.Dispose();
        if (!_isComplete)
        {
            File.Delete(_temporary);
        }
    }

    private static void CheckPlaces(ExperienceSpec spec, D4rlWriterOptions options)
    {
        var places = new HashSet<string>(StringComparer.Ordinal);
        if (options.IncludePolicyVersions)
        {
            _ = places.Add(D4rlLayout.PolicyVersions);
        }

        foreach (var column in spec.ExtraColumns)
        {
            InvalidExperienceException.ThrowUnless(places.Add(D4rlLayout.PlaceOf(column)), "spec.extra_columns.name", "a name whose dataset no other column has", column.Name);
        }
    }

    private static void AppendFlags(Hdf5ColumnWriter column, int length, bool last)
    {
        column.AppendRepeated(0, length - 1);
        column.AppendRepeated(last ? (byte)1 : (byte)0, 1);
    }

    private void CheckOpen()
    {
        if (_isComplete || _isBroken)
        {
            throw new InvalidOperationException($"Expected {_path} to be open for writing but {(_isComplete ? "it is complete" : "an earlier call could not write to it")}.");
        }
    }

    private Hdf5ColumnWriter Keep(Hdf5ColumnWriter column)
    {
        _all.Add(column);
        return column;
    }
}
