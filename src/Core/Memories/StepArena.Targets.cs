namespace MemoryRL.Core;

/// <content>Planned targets apart from the steps that they are of, for another arena that holds the same episodes.</content>
public sealed partial class StepArena
{
    private const string TargetsOfKey = "targets_of";
    private const int IdBytes = 16;

    /// <summary>Adds the targets of all episodes to a file, with the episodes' ids.</summary>
    /// <param name="file">Where tensors and metadata go.</param>
    /// <exception cref="InvalidOperationException">Nothing was planned yet, or the targets would pass 2 GiB.</exception>
    public void SaveTargets(SafetensorsBuilder file)
    {
        ArgumentNullException.ThrowIfNull(file);
        _ = RequireTargets();
        SaveTargets(file, "", _episodes.FirstArrival - 1, _episodes.LastArrival);
        file.Add<byte>(TargetsOfKey, [_episodes.Count, IdBytes], CopyIds());
    }

    /// <summary>Takes the targets of all episodes from a file, in place of what was planned here.</summary>
    /// <param name="file">What <see cref="SaveTargets(SafetensorsBuilder)"/> wrote.</param>
    /// <exception cref="SafetensorsFormatException">Something is missing or damaged, or the targets are of other episodes; nothing was changed.</exception>
    public void RestoreTargets(SafetensorsDocument file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.Require(TargetsOfKey, ElementType.UInt8, -1, IdBytes).Data.Span.SequenceEqual(CopyIds()))
        {
            throw new SafetensorsFormatException(file.Source, $"tensor '{TargetsOfKey}': expected the targets of the {_episodes.Count} episodes that are held, in their order, but got those of others.");
        }

        var settings = ReadPlanSettings(file.Source, PlanSettingsKey, file.RequireMetadata(PlanSettingsKey));
        var saved = ReadTargets(file, "", settings, _episodes.Count, _steps);
        StartPlanning(settings);
        var targets = saved.Targets.Values<float>();
        var versions = saved.Versions.Values<long>();
        var firstStep = 0;
        for (var i = 0; i < versions.Length; i++)
        {
            ref readonly var stored = ref _episodes.At(_episodes.FirstArrival + i);
            WriteTargets(stored, targets.Slice(firstStep * PlannedBatch.TargetCount, stored.Length * PlannedBatch.TargetCount), versions[i]);
            firstStep += stored.Length;
        }
    }

    private byte[] CopyIds()
    {
        var ids = new byte[_episodes.Count * IdBytes];
        for (var i = 0; i < _episodes.Count; i++)
        {
            _ = _episodes.At(_episodes.FirstArrival + i).Id.TryWriteBytes(ids.AsSpan(i * IdBytes), bigEndian: true, out _);
        }

        return ids;
    }
}
