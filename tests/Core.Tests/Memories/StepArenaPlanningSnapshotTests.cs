using static MemoryRL.Core.Tests.PlannedArenas;

namespace MemoryRL.Core.Tests;

/// <summary>Planned targets that go into a snapshot, or to another arena, and come back.</summary>
public sealed class StepArenaPlanningSnapshotTests
{
    [Theory]
    [InlineData(3e38f, 1, float.MaxValue)]
    [InlineData(-3e38f, 1, -float.MaxValue)]
    [InlineData(1e30f, 1e9, float.MaxValue)]
    public void Returns_too_large_for_a_target_are_the_largest_there_is_and_come_back_from_a_snapshot(float reward, double scale, float expected)
    {
        var settings = Settings with { Discount = 1, RewardScale = scale };
        var arena = new StepArena(Samples.Hopper, 100);
        _ = arena.Append(new AgentEpisode(Samples.Episode(Samples.Hopper, 1, 2, reward: _ => reward), "a"));
        arena.StartPlanning(settings);
        _ = arena.Append(new AgentEpisode(Samples.Episode(Samples.Hopper, 2, 2, reward: _ => reward), "a"));
        var snapshot = new SafetensorsBuilder();
        arena.Save(snapshot);
        var restored = new StepArena(Samples.Hopper, 100);
        restored.Restore(SafetensorsDocument.Parse(snapshot.ToArray(), "snapshot"));

        foreach (var held in (StepArena[])[arena, restored])
        {
            var (random, batch) = (new RandomStream(1), new PlannedBatch(Samples.Hopper, 50));
            held.SampleTransitions(ref random, batch);
            Assert.All(batch.Targets.ToArray(), target => Assert.True(float.IsFinite(target)));
            Assert.Contains(expected, batch.Targets.ToArray());
        }
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(20_000)]
    [InlineData(1)]
    public void A_snapshot_keeps_targets_versions_and_settings(long maxBytes)
    {
        var (arena, settings) = (Filled(), Settings with { MaxSteps = 7, Estimator = PlanEstimator.Single });
        arena.StartPlanning(settings);
        _ = Plan(arena, new StateValues(3), arena.SelectForPlanning(3, 1), 3);
        _ = arena.Append(new AgentEpisode(Samples.Numbered(90, 13), "a"));
        _ = Plan(arena, new StateValues(4), [arena.LastArrival - 4, arena.LastArrival - 2], 4);
        var restored = new StepArena(Samples.Hopper, 2_000);
        for (var arrival = 0L; arrival < arena.LastArrival;)
        {
            restored.Restore(Samples.Saved(builder => arrival = arena.SavePart(builder, "p.", arrival, maxBytes)), "p.");
        }

        Assert.Equal(settings, restored.PlanSettings);
        Assert.Equal(Rows(arena), Rows(restored));
        _ = arena.Append(new AgentEpisode(Samples.Numbered(91, 500), "a"));
        _ = restored.Append(new AgentEpisode(Samples.Numbered(91, 500), "a"));
        Assert.Equal(Rows(arena), Rows(restored));

        // A smaller arena keeps the targets of what it keeps.
        var smaller = new StepArena(Samples.Hopper, 600);
        smaller.Restore(Samples.Saved(builder => arena.Save(builder)));
        Assert.Equal(Rows(arena).Where(row => smaller.Contains(row.Id)), Rows(smaller));
    }

    [Fact]
    public void Damaged_targets_are_refused_by_name_and_change_nothing()
    {
        var arena = Filled();
        arena.StartPlanning(Settings);
        var valid = Samples.Saved(builder => arena.Save(builder));
        AssertRefused("planned_targets", copy => copy.Remove("planned_targets"));
        AssertRefused("planned_versions", copy => copy.Remove("planned_versions"));
        AssertRefused("planned_targets", copy => copy["planned_targets"] = (ElementType.Float32, [1, 2], new byte[8]));
        AssertRefused("expected finite numbers but step 1", copy => BitConverter.GetBytes(float.NaN).CopyTo(copy["planned_targets"].Data, 8));
        AssertRefused("expected 0 or more but episode 1", copy => BitConverter.GetBytes(-1L).CopyTo(copy["planned_versions"].Data, 8));
        AssertRefused("plan_settings", _ => { }, "{");
        AssertRefused("plan.discount", _ => { }, """{"discount":2}""");

        void AssertRefused(string fault, Action<Dictionary<string, (ElementType Type, int[] Shape, byte[] Data)>> change, string? settings = null)
        {
            var tensors = valid.Tensors.ToDictionary(tensor => tensor.Name, tensor => (tensor.ElementType, tensor.Shape.ToArray(), tensor.Data.ToArray()));
            change(tensors);
            var damaged = Samples.Saved(builder =>
            {
                foreach (var (name, text) in valid.Metadata)
                {
                    builder.Metadata[name] = name == "plan_settings" ? settings ?? text : text;
                }

                foreach (var (name, (type, shape, data)) in tensors)
                {
                    builder.Add(name, type, shape, data);
                }
            });
            var target = new StepArena(Samples.Hopper, 2_000);
            Assert.Contains(fault, Assert.Throws<SafetensorsFormatException>(() => target.Restore(damaged)).Message, StringComparison.Ordinal);
            Assert.Equal(new StepArena(Samples.Hopper, 2_000).Statistics, target.Statistics);
            Assert.Null(target.PlanSettings);
        }
    }

    [Fact]
    public void Targets_go_over_to_another_arena_with_the_same_episodes_and_to_no_other()
    {
        var arena = Filled();
        arena.StartPlanning(Settings);
        _ = Plan(arena, new StateValues(1), arena.SelectForPlanning(1, arena.Steps), 1);
        _ = Plan(arena, new StateValues(2), arena.SelectForPlanning(2, arena.Steps / 2), 2);
        _ = arena.Append(new AgentEpisode(Samples.Numbered(61, 12), "a"));
        var saved = Samples.Saved(arena.SaveTargets);
        var (same, fewer) = (new StepArena(Samples.Hopper, 5_000), new StepArena(Samples.Hopper, 5_000));
        foreach (var episode in arena.ReadAfter(0, long.MaxValue).Episodes)
        {
            _ = same.Append(episode);
            _ = episode.Episode.Rewards[0] < 61_000 ? fewer.Append(episode) : default;
        }

        same.RestoreTargets(saved);

        // Planned once, twice, and not yet; and the next plan chooses as if it had been here.
        Assert.Equal([0, 1, 2], Sampled(same, Settings).Select(episode => episode.Version).Distinct().Order());
        Assert.Equal(Sampled(arena, Settings), Sampled(same, Settings));
        var before = arena.LastArrival - same.LastArrival;
        Assert.Equal(arena.SelectForPlanning(3, 900), same.SelectForPlanning(3, 900).Select(arrival => arrival + before));

        Assert.Contains("targets_of", Assert.Throws<SafetensorsFormatException>(() => fewer.RestoreTargets(saved)).Message, StringComparison.Ordinal);
        Assert.Null(fewer.PlanSettings);
        Assert.Throws<InvalidOperationException>(() => fewer.SaveTargets(new SafetensorsBuilder()));
    }
}
