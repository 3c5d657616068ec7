using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>What a shard holds once it knows its memory's spec, and its form in a snapshot.</summary>
internal sealed class MemoryShard
{
    private const string ReadCursorKey = "memoryrl.read_cursor";
    private const string Prefix = "arena.";

    /// <summary>Initializes an empty shard.</summary>
    /// <param name="spec">The memory's spec.</param>
    public MemoryShard(MemorySpec spec)
    {
        Spec = spec;
        Arena = new StepArena(spec.Experience, ShardLimits.CapacitySteps(spec), ShardLimits.CapacityBytes(spec));
        Limiter = new UnreadLimiter(Arena, spec.MaxUnreadSteps);
        MinSizeToSample = ShardLimits.MinSizeToSample(spec);
    }

    /// <summary>Gets the memory's spec.</summary>
    public MemorySpec Spec { get; }

    /// <summary>Gets the steps.</summary>
    public StepArena Arena { get; }

    /// <summary>Gets the limiter of appends.</summary>
    public UnreadLimiter Limiter { get; }

    /// <summary>Gets or sets what its targets are planned with, or null before the first plan.</summary>
    public ShardPlan? Plan { get; set; }

    /// <summary>Gets the number of steps below which sampling waits.</summary>
    public int MinSizeToSample { get; }

    /// <summary>Gets whether sampling need not wait: the minimum is there, or the shard, having evicted already, is as full as it gets.</summary>
    public bool CanSample => Arena.Steps >= MinSizeToSample || (Arena.Steps > 0 && Arena.Statistics.EvictedEpisodes > 0);

    /// <summary>Says why sampling waits.</summary>
    /// <param name="request">What is asked for.</param>
    /// <returns>The reason, or null when there is something to sample, or to refuse.</returns>
    public string? SampleWaitReason(SampleRequest request) =>
        !CanSample ? $"sampling waits: {Arena.Steps} of {MinSizeToSample} steps inserted"
        : request.TargetsOf is null ? null
        : Plan is null ? "sampling waits: no targets were planned"
        : request.Run is { } run && Plan.Planner == request.TargetsOf && !Plan.IsDoneFor(run) ? $"sampling waits: version {Plan.Value.Version} of the plan, with {Plan.StepsLeft} steps left, is not this run's"
        : null;

    /// <summary>Refuses who wants the targets of one planner where another one has planned: nobody learns from a stranger's values unknowing.</summary>
    /// <param name="planner">Whose targets are wanted; null for none.</param>
    /// <exception cref="InvalidInputException">They are another planner's.</exception>
    public void RequireTargetsOf(string? planner)
    {
        if (planner is not null && Plan!.Planner != planner)
        {
            throw new InvalidInputException("request.targets_of", $"'{Plan.Planner}', who planned the memory last, since it has the targets of one planner at a time,", $"'{planner}'");
        }
    }

    /// <summary>
    /// Gets whether a reader need not wait: its minimum is there, or the shard, having evicted what the reader has not read, never holds more.
    /// </summary>
    /// <param name="cursor">The reader's cursor.</param>
    /// <param name="minSteps">The steps that it wants at least.</param>
    /// <returns>Whether it may read.</returns>
    public bool CanRead(long cursor, long minSteps) => Arena.StepsAfter(cursor) >= minSteps || Arena.HasEvictedAfter(cursor);

    /// <summary>Counts the steps of the episodes that are not held yet.</summary>
    /// <param name="episodes">The episodes.</param>
    /// <returns>The steps that an append would add.</returns>
    public long CountNewSteps(ReadOnlySpan<AgentEpisode> episodes)
    {
        var steps = 0L;
        foreach (ref readonly var episode in episodes)
        {
            steps += Arena.Contains(episode.Episode.Id) ? 0 : episode.Episode.Length;
        }

        return steps;
    }

    /// <summary>Makes a snapshot.</summary>
    /// <returns>The file.</returns>
    public SafetensorsBuilder Save()
    {
        var content = new SafetensorsBuilder();
        Arena.Save(content, Prefix);
        content.Metadata[ReadCursorKey] = Limiter.ReadCursor.ToString(CultureInfo.InvariantCulture);
        Plan?.Save(content);
        return content;
    }

    /// <summary>Restores a snapshot.</summary>
    /// <param name="content">What <see cref="Save"/> wrote.</param>
    /// <exception cref="SafetensorsFormatException">The file is damaged; the message names the fault.</exception>
    public void Restore(SafetensorsDocument content)
    {
        Arena.Restore(content, Prefix);
        Plan = ShardPlan.Load(content, Arena.PlanSettings);
        Limiter.ReadCursor = long.Parse(content.RequireMetadata(ReadCursorKey), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
