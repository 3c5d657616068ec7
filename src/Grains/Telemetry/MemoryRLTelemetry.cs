using System.Diagnostics;
using System.Diagnostics.Metrics;
using MemoryRL.Core;

namespace MemoryRL.Grains;

/// <summary>The instruments of the grains: meter <c>MemoryRL</c>, activity source <c>MemoryRL</c>. No grain key is ever an attribute.</summary>
internal sealed class MemoryRLTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "MemoryRL";

    private static readonly InstrumentAdvice<double> ShortDurations = new() { HistogramBucketBoundaries = [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3] };
    private static readonly InstrumentAdvice<double> LongDurations = new() { HistogramBucketBoundaries = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100] };

    private readonly Histogram<double> _appendDuration;
    private readonly Counter<long> _steps;
    private readonly Histogram<double> _sampleDuration;
    private readonly Counter<long> _sampleWaits;
    private readonly Histogram<double> _planDuration;
    private readonly Counter<long> _plannedSteps;
    private readonly Counter<long> _evictions;
    private readonly Counter<long> _episodes;
    private readonly Counter<long> _updates;
    private readonly Histogram<double> _updateDuration;
    private readonly Counter<long> _publishes;
    private readonly Histogram<double> _checkpointDuration;
    private readonly Histogram<double> _snapshotDuration;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Owns the meter.</param>
    public MemoryRLTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _appendDuration = meter.CreateHistogram("memoryrl.memory.append.duration", "s", "Time of an append of whole episodes, its wait for the limiter left out.", advice: ShortDurations);
        _steps = meter.CreateCounter<long>("memoryrl.memory.steps", "{step}", "Steps stored.");
        _sampleDuration = meter.CreateHistogram("memoryrl.memory.sample.duration", "s", "Time of a draw of a batch, its wait for the minimum size left out.", advice: ShortDurations);
        _sampleWaits = meter.CreateCounter<long>("memoryrl.memory.sample.rejections", "{request}", "Samples that found less than the minimum size until their deadline.");
        _planDuration = meter.CreateHistogram("memoryrl.memory.plan.duration", "s", "Time of planning a few episodes' targets, off the turn.", advice: LongDurations);
        _plannedSteps = meter.CreateCounter<long>("memoryrl.memory.plan.steps", "{step}", "Steps whose targets were planned.");
        _evictions = meter.CreateCounter<long>("memoryrl.memory.evictions", "{episode}", "Episodes removed by rule.");
        _episodes = meter.CreateCounter<long>("memoryrl.trajectory_store.episodes", "{episode}", "Episodes offered to the trajectory stores, by outcome.");
        _updates = meter.CreateCounter<long>("memoryrl.learner.updates", "{update}", "Gradient steps done.");
        _updateDuration = meter.CreateHistogram("memoryrl.learner.update.duration", "s", "Time of one feeding of a learner.", advice: LongDurations);
        _publishes = meter.CreateCounter<long>("memoryrl.policy.publishes", "{version}", "Policy versions published.");
        _checkpointDuration = meter.CreateHistogram("memoryrl.checkpoint.write.duration", "s", "Time to write a learner's checkpoint.", advice: LongDurations);
        _snapshotDuration = meter.CreateHistogram("memoryrl.memory.snapshot.duration", "s", "Time to write a snapshot.", advice: LongDurations);
    }

    /// <summary>Gets the source of the grains' spans.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>An append ended.</summary>
    /// <param name="startedAt">The timestamp at which its work began.</param>
    /// <param name="steps">Steps stored.</param>
    /// <param name="evicted">Episodes removed by it.</param>
    public void Appended(long startedAt, long steps, long evicted)
    {
        _appendDuration.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds);
        _steps.Add(steps);
        if (evicted > 0)
        {
            _evictions.Add(evicted);
        }
    }

    /// <summary>An append failed.</summary>
    /// <param name="startedAt">The timestamp at which its work began.</param>
    /// <param name="fault">What failed it.</param>
    public void AppendFailed(long startedAt, Exception fault) =>
        _appendDuration.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, ErrorType(fault));

    /// <summary>A batch was drawn.</summary>
    /// <param name="startedAt">The timestamp at which the draw began.</param>
    public void Sampled(long startedAt) => _sampleDuration.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds);

    /// <summary>A sample found too little until its deadline.</summary>
    public void SampleWaited() => _sampleWaits.Add(1);

    /// <summary>A few episodes were planned.</summary>
    /// <param name="duration">The time that it took off the turn.</param>
    /// <param name="steps">Steps whose targets were written.</param>
    public void Planned(TimeSpan duration, long steps)
    {
        _planDuration.Record(duration.TotalSeconds);
        _plannedSteps.Add(steps);
    }

    /// <summary>An episode was offered to a trajectory store.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="count">How many.</param>
    public void TrajectoriesOffered(EpisodeOutcome outcome, int count) =>
        _episodes.Add(count, new KeyValuePair<string, object?>("memoryrl.episode.outcome", outcome == EpisodeOutcome.Success ? "success" : "failure"));

    /// <summary>A learner was fed once.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="updates">Gradient steps done.</param>
    /// <param name="duration">The time on the learner's thread.</param>
    public void Updated(string algorithm, long updates, TimeSpan duration)
    {
        _updates.Add(updates, Algorithm(algorithm));
        _updateDuration.Record(duration.TotalSeconds, Algorithm(algorithm));
    }

    /// <summary>An update failed.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="duration">The time on the learner's thread until then.</param>
    /// <param name="fault">What failed it.</param>
    public void UpdateFailed(string algorithm, TimeSpan duration, Exception fault) => _updateDuration.Record(duration.TotalSeconds, Algorithm(algorithm), ErrorType(fault));

    /// <summary>A policy version was published.</summary>
    /// <param name="algorithm">The algorithm.</param>
    public void PolicyPublished(string algorithm) => _publishes.Add(1, Algorithm(algorithm));

    /// <summary>A checkpoint was written.</summary>
    /// <param name="startedAt">The timestamp at which it began.</param>
    public void CheckpointWritten(long startedAt) => _checkpointDuration.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds);

    /// <summary>A snapshot was written.</summary>
    /// <param name="startedAt">The timestamp at which it began.</param>
    public void SnapshotWritten(long startedAt) => _snapshotDuration.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds);

    private static KeyValuePair<string, object?> Algorithm(string name) => new("memoryrl.algorithm.name", name);

    private static KeyValuePair<string, object?> ErrorType(Exception fault) => new("error.type", fault.GetType().Name);
}
