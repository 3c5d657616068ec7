using System.Text.Json;

namespace MemoryRL.Core;

/// <content>Snapshots: what is held and what passed through, in a form that knows nothing of rows and blocks.</content>
public sealed partial class StepArena
{
    private const string PlanSettingsKey = "plan_settings";

    /// <summary>Adds everything held to a file.</summary>
    /// <param name="snapshot">Where tensors and metadata go.</param>
    /// <param name="prefix">What their names begin with; empty for none.</param>
    /// <exception cref="InvalidOperationException">A column would pass 2 GiB: use <see cref="SavePart"/>.</exception>
    public void Save(SafetensorsBuilder snapshot, string prefix = "") => _ = SavePart(snapshot, prefix, 0, long.MaxValue);

    /// <summary>Adds the episodes that arrived after one to a file, until it holds a number of bytes. Every part is a file of its own.</summary>
    /// <param name="snapshot">Where tensors and metadata go.</param>
    /// <param name="prefix">What their names begin with; empty for none.</param>
    /// <param name="afterArrival">The number that the part before returned; 0 for the first part.</param>
    /// <param name="maxBytes">Stops after the episode that reaches this number of bytes, at least 1.</param>
    /// <returns>The arrival number of the last episode added; the snapshot is complete when it is <see cref="LastArrival"/>.</returns>
    /// <exception cref="InvalidOperationException">A column would pass 2 GiB.</exception>
    public long SavePart(SafetensorsBuilder snapshot, string prefix, long afterArrival, long maxBytes)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentOutOfRangeException.ThrowIfNegative(afterArrival);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        var before = Math.Clamp(afterArrival, _episodes.FirstArrival - 1, _episodes.LastArrival);
        var episodes = new List<AgentEpisode>();
        var last = before;
        for (var bytes = 0L; last < _episodes.LastArrival && bytes < maxBytes; bytes += episodes[^1].Episode.Data.Length)
        {
            last++;
            episodes.Add(ReadEpisode(last));
        }

        EpisodeTable.Save(snapshot, prefix, Spec, episodes);
        SaveTargets(snapshot, prefix, before, last);
        var stepsBefore = _appendedSteps - StepsAfter(before);
        snapshot.Add<long>(prefix + "arena_counters", [4], [before, stepsBefore, _evictedEpisodes, _sampledRows]);
        return last;
    }

    /// <summary>
    /// Restores a snapshot exactly: episodes, arrival numbers, statistics. Of one in parts, the arena takes one after the other in order.
    /// </summary>
    /// <param name="snapshot">What <see cref="Save"/> or <see cref="SavePart"/> wrote.</param>
    /// <param name="prefix">What the names begin with.</param>
    /// <remarks>Where the arena is smaller than the one that was saved, the oldest episodes are evicted by rule.</remarks>
    /// <exception cref="SafetensorsFormatException">
    /// Something is missing, damaged, of another spec, larger than the arena, or not the part that follows; nothing was changed.
    /// </exception>
    public void Restore(SafetensorsDocument snapshot, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var counters = snapshot.Require(prefix + "arena_counters", ElementType.Int64, 4).Values<long>();
        var (before, stepsBefore, evicted, sampled) = (counters[0], counters[1], counters[2], counters[3]);
        var continues = _episodes.LastArrival == 0 ? before >= 0 && stepsBefore >= before : before == _episodes.LastArrival && stepsBefore == _appendedSteps;
        if (!continues || evicted < 0 || sampled < 0)
        {
            throw new SafetensorsFormatException(
                snapshot.Source, $"tensor '{prefix}arena_counters': expected a part that follows arrival {_episodes.LastArrival} but got one that follows {before}, or impossible counts.");
        }

        var episodes = EpisodeTable.Load(snapshot, prefix, Spec);
        foreach (ref readonly var episode in episodes.AsSpan())
        {
            var fault = Contains(episode.Episode.Id) ? "is held already"
                : !Fits(episode.Episode.Length) ? $"of {episode.Episode.Length} steps is larger than the arena"
                : null;
            if (fault is not null)
            {
                throw new SafetensorsFormatException(snapshot.Source, $"episode {episode.Episode.Id} {fault}.");
            }
        }

        var targets = ReadTargets(snapshot, prefix, episodes);
        if (_episodes.LastArrival == 0)
        {
            _episodes.ContinueAfter(before);
            _appendedSteps = stepsBefore;
            if (targets is not null)
            {
                StartPlanning(targets.Settings);
            }
        }

        (_evictedEpisodes, _sampledRows) = (evicted, sampled);
        var firstStep = 0;
        for (var i = 0; i < episodes.Length; i++)
        {
            var length = episodes[i].Episode.Length;
            Store(episodes[i]);
            if (targets is not null)
            {
                WriteTargets(_episodes.At(LastArrival), targets.Targets.Values<float>().Slice(firstStep * PlannedBatch.TargetCount, length * PlannedBatch.TargetCount), targets.Versions.Values<long>()[i]);
            }

            firstStep += length;
        }
    }

    private void SaveTargets(SafetensorsBuilder snapshot, string prefix, long before, long last)
    {
        if (_targets is null)
        {
            return;
        }

        var steps = StepsAfter(before) - StepsAfter(last);
        var (targets, versions) = (new float[checked(steps * PlannedBatch.TargetCount)], new long[last - before]);
        var firstStep = 0;
        for (var arrival = before + 1; arrival <= last; arrival++)
        {
            ref readonly var stored = ref _episodes.At(arrival);
            _targets.Read(stored.FirstRow, targets.AsSpan(firstStep * PlannedBatch.TargetCount, stored.Length * PlannedBatch.TargetCount));
            versions[arrival - before - 1] = _targets.VersionOf(stored.FirstRow);
            firstStep += stored.Length;
        }

        snapshot.Metadata[prefix + PlanSettingsKey] = JsonSerializer.Serialize(_targets.Settings, CoreJsonContext.Default.PlanSettings);
        snapshot.Add<float>(prefix + "planned_targets", [firstStep, PlannedBatch.TargetCount], targets);
        snapshot.Add<long>(prefix + "planned_versions", [versions.Length], versions);
    }

    private SavedTargets? ReadTargets(SafetensorsDocument snapshot, string prefix, AgentEpisode[] episodes)
    {
        if (!snapshot.Metadata.TryGetValue(prefix + PlanSettingsKey, out var text))
        {
            return _targets is null || _episodes.LastArrival == 0
                ? null
                : throw new SafetensorsFormatException(snapshot.Source, $"expected a metadata entry '{prefix}{PlanSettingsKey}', which the parts before have, but there is none.");
        }

        var settings = ReadPlanSettings(snapshot.Source, prefix + PlanSettingsKey, text);
        if (_episodes.LastArrival > 0 && settings != PlanSettings)
        {
            throw new SafetensorsFormatException(snapshot.Source, $"metadata entry '{prefix}{PlanSettingsKey}': expected the settings of the parts before but got others.");
        }

        return ReadTargets(snapshot, prefix, settings, episodes.Length, episodes.Sum(static episode => (long)episode.Episode.Length));
    }

    private static SavedTargets ReadTargets(SafetensorsDocument snapshot, string prefix, PlanSettings settings, int episodes, long steps)
    {
        var targets = snapshot.Require(prefix + "planned_targets", ElementType.Float32, (int)steps, PlannedBatch.TargetCount);
        var versions = snapshot.Require(prefix + "planned_versions", ElementType.Int64, episodes);
        if (RangeScan.IndexOutside(targets.Values<float>(), -float.MaxValue, float.MaxValue) is var bad && bad >= 0)
        {
            throw new SafetensorsFormatException(snapshot.Source, $"tensor '{prefix}planned_targets': expected finite numbers but step {bad / PlannedBatch.TargetCount} has {targets.Values<float>()[bad]}.");
        }

        return RangeScan.IndexNegative(versions.Values<long>()) is var negative && negative >= 0
            ? throw new SafetensorsFormatException(snapshot.Source, $"tensor '{prefix}planned_versions': expected 0 or more but episode {negative} has {versions.Values<long>()[negative]}.")
            : new SavedTargets(settings, targets, versions);
    }

    private static PlanSettings ReadPlanSettings(string source, string key, string text)
    {
        try
        {
            var settings = JsonSerializer.Deserialize(text, CoreJsonContext.Default.PlanSettings) ?? throw new JsonException("null");
            settings.Validate();
            return settings;
        }
        catch (Exception fault) when (fault is JsonException or InvalidExperienceException)
        {
            throw new SafetensorsFormatException(source, $"metadata entry '{key}': expected plan settings: {fault.Message}");
        }
    }

    private sealed record SavedTargets(PlanSettings Settings, SafetensorsTensor Targets, SafetensorsTensor Versions);

    private bool Fits(int length) => length <= CapacitySteps && (length + 1L) * _layout.Stride <= CapacityBytes;
}
