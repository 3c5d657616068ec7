using System.Globalization;
using MemoryRL.Core;

namespace MemoryRL.Grains;

/// <summary>The plan that a shard has, how far it has come, and its form in a snapshot.</summary>
/// <param name="planner">Who plans.</param>
/// <param name="plan">The plan.</param>
/// <param name="stepsLeft">How many steps are still to be planned.</param>
internal sealed class ShardPlan(string planner, ValuePlan plan, long stepsLeft)
{
    private const string PlannerKey = "memoryrl.plan.planner";
    private const string VersionKey = "memoryrl.plan.version";
    private const string AlgorithmKey = "memoryrl.plan.algorithm";
    private const string StepsLeftKey = "memoryrl.plan.steps_left";
    private const string BundleKey = "plan.bundle";

    /// <summary>Gets who plans.</summary>
    public string Planner { get; } = planner;

    /// <summary>Gets the plan.</summary>
    public ValuePlan Value { get; } = plan;

    /// <summary>Gets or sets how many steps are still to be planned, as far as there are so many, so that a plan that was interrupted goes on as if it had not been.</summary>
    public long StepsLeft { get; set; } = stepsLeft;

    /// <summary>Gets or sets the run that asked for the plan last; none after a restart.</summary>
    public Guid Run { get; set; }

    /// <summary>Gets or sets the arrival number up to which every episode has a plan.</summary>
    public long PlannedThrough { get; set; }

    /// <summary>Gets or sets the work on the plan that is under way, if any.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>Gets or sets how many calls wait for that work to end.</summary>
    public int WaitingCalls { get; set; }

    /// <summary>Gets or sets whether the value function failed on episodes that arrived, so that only a call tries again.</summary>
    public bool HasFailed { get; set; }

    /// <summary>Gets whether this is the plan that somebody asks for again, of however many steps.</summary>
    /// <param name="askedBy">Who asks.</param>
    /// <param name="asked">For what.</param>
    /// <returns>Whether it is the same in every byte.</returns>
    public bool Is(string askedBy, ValuePlan asked) =>
        Planner == askedBy && Value.Version == asked.Version && Value.Algorithm == asked.Algorithm && Value.Settings == asked.Settings && Value.Bundle.Span.SequenceEqual(asked.Bundle.Span);

    /// <summary>Gets whether a run has asked for this plan since the shard came back, and nothing of it is left to do.</summary>
    /// <param name="run">The run.</param>
    /// <returns>Whether targets are what the run takes them for.</returns>
    public bool IsDoneFor(Guid run) => Run == run && StepsLeft == 0;

    /// <summary>Adds the plan to a snapshot; its settings are the arena's.</summary>
    /// <param name="content">The file.</param>
    public void Save(SafetensorsBuilder content)
    {
        content.Metadata[PlannerKey] = Planner;
        content.Metadata[VersionKey] = Value.Version.ToString(CultureInfo.InvariantCulture);
        content.Metadata[AlgorithmKey] = Value.Algorithm;
        content.Metadata[StepsLeftKey] = StepsLeft.ToString(CultureInfo.InvariantCulture);
        content.Add(BundleKey, ElementType.UInt8, [Value.Bundle.Length], Value.Bundle);
    }

    /// <summary>Reads the plan from a snapshot.</summary>
    /// <param name="content">What <see cref="Save"/> wrote.</param>
    /// <param name="settings">How the arena's targets are planned; null before any plan.</param>
    /// <returns>The plan, or null where there was none.</returns>
    /// <exception cref="SafetensorsFormatException">An entry is missing or damaged; the message names it.</exception>
    public static ShardPlan? Load(SafetensorsDocument content, PlanSettings? settings)
    {
        if (settings is null)
        {
            return null;
        }

        var bundle = content.Require(BundleKey, ElementType.UInt8, -1).Data.ToArray();
        var plan = new ValuePlan(Number(content, VersionKey), content.RequireMetadata(AlgorithmKey), bundle, settings);
        return new ShardPlan(content.RequireMetadata(PlannerKey), plan, Number(content, StepsLeftKey));
    }

    private static long Number(SafetensorsDocument content, string key) =>
        long.TryParse(content.RequireMetadata(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new SafetensorsFormatException(content.Source, $"metadata entry '{key}': expected a whole number but got '{content.RequireMetadata(key)}'.");
}
