using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

/// <summary>Plans over the test episodes, and what their targets should be.</summary>
internal static class Plans
{
    public static readonly Guid Run = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    public static PlanSettings Settings { get; } = new() { Discount = 0.9 };

    /// <summary>Makes a request whose value function follows from the version.</summary>
    public static PlanRequest Request(long version, long? steps = null, string planner = "learner", Guid? run = null, PlanSettings? settings = null, string fault = "", float[]? scales = null) => PlanMessages.Write(
        planner, run ?? Run, new ValuePlan(version, StateValuesFactory.Name, StateValues.Bundle(version, scales ?? Scales(version), fault), settings ?? Settings, steps));

    public static float[] Scales(long version) => [version, (version * 0.5f) + 1];

    /// <summary>Computes an episode's targets: its discounted returns for version 0, else those of the version's value function.</summary>
    public static float[] Targets(Episode episode, long version, PlanSettings? settings = null, float[]? scales = null)
    {
        var targets = new float[episode.Length * 2];
        settings ??= Settings;
        if (version == 0)
        {
            TrajectoryPlanner.ComputeReturns(episode.Rewards, episode.End, settings, targets);
            return targets;
        }

        scales ??= Scales(version);
        var states = MemoryMarshal.Cast<byte, float>(episode.Observations).ToArray();
        float[] values = [.. Enumerable.Range(0, episode.Length + 1).SelectMany(step => scales.Select(scale => StateValues.Of(states[2 * step], states[(2 * step) + 1], scale)))];
        TrajectoryPlanner.Plan(episode.Rewards, values, scales.Length, episode.End, settings, targets);
        return targets;
    }

    /// <summary>Samples with targets, waiting for nothing.</summary>
    public static async Task<PlannedBatch> SamplePlannedAsync(this IMemoryShardGrain shard, int count = 2_000, ulong seed = 7, string planner = "learner")
    {
        var sample = await shard.SampleAsync(new SampleRequest(count, 1, seed, TimeSpan.Zero, TargetsOf: planner));
        Assert.Null(sample.WaitReason);
        Assert.Equal((ColumnsKind.PlannedTransitions, TestEpisodes.Spec.Fingerprint, count), (sample.Batch!.Value.Kind, sample.Batch.Value.Fingerprint, sample.Batch.Value.Count));
        return PlannedBatch.FromBuffer(TestEpisodes.Spec, count, sample.Batch.Value.Data);
    }

    /// <summary>Samples many steps, checks that each has the targets of the version that it says, and tells every episode's version by its number.</summary>
    public static async Task<SortedDictionary<int, long>> VersionsAsync(this IMemoryShardGrain shard, PlanSettings? settings = null, string planner = "learner")
    {
        var episodes = (await shard.ReadAllAsync()).Select(TestEpisodes.Read).ToDictionary(episode => TestEpisodes.Mark(episode.Id));
        return Check(await shard.SamplePlannedAsync(planner: planner), mark => episodes[mark], settings);
    }

    /// <summary>Checks that every row of a batch has the targets of the version that it says.</summary>
    /// <returns>The version of each episode by its mark.</returns>
    public static SortedDictionary<int, long> Check(PlannedBatch batch, Func<float, Episode> find, PlanSettings? settings = null)
    {
        var versions = new SortedDictionary<int, long>();
        var targets = new Dictionary<(float, long), float[]>();
        var states = MemoryMarshal.Cast<byte, float>(batch.Transitions.Observations);
        for (var row = 0; row < batch.Count; row++)
        {
            var (mark, step, version) = (states[2 * row], (int)states[(2 * row) + 1], batch.Versions[row]);
            if (!targets.TryGetValue((mark, version), out var expected))
            {
                targets[(mark, version)] = expected = Targets(find(mark), version, settings);
            }

            Assert.Equal(expected.AsSpan(2 * step, 2), batch.Targets.Slice(2 * row, 2));

            // An episode is planned whole.
            Assert.Equal(version, versions.TryGetValue((int)mark, out var known) ? known : versions[(int)mark] = version);
        }

        return versions;
    }
}
