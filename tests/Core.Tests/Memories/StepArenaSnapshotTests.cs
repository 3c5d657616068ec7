namespace MemoryRL.Core.Tests;

public sealed class StepArenaSnapshotTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_restored_arena_is_the_one_that_was_saved_and_goes_on_like_it(int specIndex)
    {
        var spec = Samples.All[specIndex];
        var arena = Filled(spec, 2_000);
        var random = new RandomStream(1);
        arena.SampleTransitions(ref random, new TransitionBatch(spec, 10));
        var restored = new StepArena(spec, 2_000);
        restored.Restore(Samples.Saved(builder => arena.Save(builder, "shard.")), "shard.");

        AssertSame(arena, restored);
        for (var number = 100; number < 140; number++)
        {
            var next = Samples.AgentEpisode(spec, number, 1 + (number * 13 % 200));
            Assert.Equal(arena.Append(next), restored.Append(next));
        }

        AssertSame(arena, restored);
        Assert.Equal(new ArenaAppend(0, 1), restored.Append(arena.ReadNewest(1)[0]));
    }

    [Fact]
    public void A_snapshot_knows_nothing_of_blocks()
    {
        // Another capacity means other blocks.
        var arena = Filled(Samples.Hopper, 2_000);
        var restored = new StepArena(Samples.Hopper, 5_000_000);
        restored.Restore(Samples.Saved(builder => arena.Save(builder)));

        Assert.Equal(arena.Statistics with { CapacitySteps = 5_000_000 }, restored.Statistics);
        AssertSameEpisodes(arena, restored);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20_000)]
    public void A_snapshot_in_parts_is_restored_part_by_part(long maxBytes)
    {
        var arena = Filled(Samples.Grid, 2_000);
        var restored = new StepArena(Samples.Grid, 2_000);
        var (arrival, parts) = (0L, 0);
        while (arrival < arena.LastArrival)
        {
            restored.Restore(Samples.Saved(builder => arrival = arena.SavePart(builder, "p.", arrival, maxBytes)), "p.");
            parts++;
        }

        AssertSame(arena, restored);
        Assert.True(maxBytes == 1 ? parts == arena.Episodes : parts > 1 && parts < arena.Episodes);
    }

    [Fact]
    public void Parts_out_of_order_or_twice_are_refused_and_change_nothing()
    {
        var arena = Filled(Samples.Grid, 2_000);
        var first = arena.LastArrival - arena.Episodes;
        var one = Samples.Saved(builder => first = arena.SavePart(builder, "", 0, 1));
        var two = Samples.Saved(builder => first = arena.SavePart(builder, "", first, 1));
        var three = Samples.Saved(builder => _ = arena.SavePart(builder, "", first, 1));
        var restored = new StepArena(Samples.Grid, 2_000);
        restored.Restore(one);
        var statistics = restored.Statistics;

        Assert.Throws<SafetensorsFormatException>(() => restored.Restore(one));
        Assert.Throws<SafetensorsFormatException>(() => restored.Restore(three));
        Assert.Equal(statistics, restored.Statistics);
        restored.Restore(two);
        Assert.Equal(2, restored.Episodes);
    }

    [Fact]
    public void An_empty_arena_and_a_smaller_one_are_restored_too()
    {
        var empty = new StepArena(Samples.Hopper, 10);
        var restored = new StepArena(Samples.Hopper, 10);
        restored.Restore(Samples.Saved(builder => empty.Save(builder)));
        AssertSame(empty, restored);

        var arena = Filled(Samples.Hopper, 2_000);
        var smaller = new StepArena(Samples.Hopper, 300);
        smaller.Restore(Samples.Saved(builder => arena.Save(builder)));
        Assert.InRange(smaller.Steps, 1, 300);
        Assert.Equal(arena.ReadNewest(1)[0].Episode.Id, smaller.ReadNewest(1)[0].Episode.Id);
        Assert.Equal(arena.LastArrival, smaller.LastArrival);
        Assert.Equal(arena.Statistics.EvictedEpisodes + arena.Episodes - smaller.Episodes, smaller.Statistics.EvictedEpisodes);
    }

    [Fact]
    public void A_damaged_or_foreign_snapshot_is_refused_and_changes_nothing()
    {
        var arena = Filled(Samples.Grid, 2_000);
        var valid = Samples.Saved(builder => arena.Save(builder));
        AssertRefused("spec_fingerprint", rename: null, metadata: ("spec_fingerprint", null));
        AssertRefused("expected steps of the spec", rename: null, metadata: ("spec_fingerprint", "0000000000000000"));
        AssertRefused("agents", rename: null, metadata: ("agents", "[1"));
        AssertRefused("episode_agents", rename: null, metadata: ("agents", "[]"));
        foreach (var tensor in valid.Tensors)
        {
            AssertRefused($"'{tensor.Name}'", rename: tensor.Name);
        }

        AssertRefused("episode.rewards", change: "rewards", value: float.NaN);
        AssertRefused("episode.actions", change: "actions", value: 4);
        AssertRefused("episode.observations", change: "observations", value: 48);
        AssertRefused("episode_lengths", change: "episode_lengths", value: 0);
        AssertRefused("episode_lengths", change: "episode_lengths", value: int.MaxValue);
        AssertRefused("expected", change: "episode_lengths", value: 7_000);
        AssertRefused("episode.end", change: "episode_ends", value: (byte)0);
        AssertRefused("episode.outcome", change: "episode_outcomes", value: (byte)3);
        AssertRefused("episode_agents", change: "episode_agents", value: -1);
        AssertRefused("arena_counters", change: "arena_counters", value: -1L);
        Assert.Throws<SafetensorsFormatException>(() => new StepArena(Samples.Hopper, 2_000).Restore(valid));
        Assert.Contains("larger than the arena", Assert.Throws<SafetensorsFormatException>(() => new StepArena(Samples.Grid, 20).Restore(valid)).Message, StringComparison.Ordinal);

        void AssertRefused(string fault, string? rename = null, (string Name, string? Text)? metadata = null, string? change = null, object? value = null)
        {
            var builder = new SafetensorsBuilder();
            foreach (var (name, text) in valid.Metadata)
            {
                builder.Metadata[name] = text;
            }

            if (metadata is { Text: { } other } entry)
            {
                builder.Metadata[entry.Name] = other;
            }
            else if (metadata is { } removed)
            {
                _ = builder.Metadata.Remove(removed.Name);
            }

            foreach (var tensor in valid.Tensors)
            {
                var data = tensor.Data.ToArray();
                if (tensor.Name == change)
                {
                    (value switch
                    {
                        float number => BitConverter.GetBytes(number),
                        int number => BitConverter.GetBytes(number),
                        long number => BitConverter.GetBytes(number),
                        _ => [(byte)value!],
                    }).CopyTo(data, 0);
                }

                builder.Add(tensor.Name == rename ? "other" : tensor.Name, tensor.ElementType, tensor.Shape.AsSpan(), data);
            }

            var target = new StepArena(Samples.Grid, 2_000);
            var error = Assert.Throws<SafetensorsFormatException>(() => target.Restore(SafetensorsDocument.Parse(builder.ToArray(), "snapshot")));
            Assert.Contains(fault, error.Message, StringComparison.Ordinal);
            Assert.Equal(new StepArena(Samples.Grid, 2_000).Statistics, target.Statistics);
        }
    }

    private static StepArena Filled(ExperienceSpec spec, int capacity)
    {
        var arena = new StepArena(spec, capacity);
        for (var number = 0; number < 60; number++)
        {
            _ = arena.Append(Samples.AgentEpisode(spec, number, 1 + (number * 37 % 150), number % 2 == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated));
        }

        Assert.True(arena.Statistics.EvictedEpisodes > 0);
        return arena;
    }

    private static void AssertSame(StepArena expected, StepArena actual)
    {
        Assert.Equal(expected.Statistics, actual.Statistics);
        Assert.Equal(expected.LastArrival, actual.LastArrival);
        AssertSameEpisodes(expected, actual);
    }

    private static void AssertSameEpisodes(StepArena expected, StepArena actual)
    {
        var (left, right) = (expected.ReadAfter(0, long.MaxValue), actual.ReadAfter(0, long.MaxValue));
        Assert.Equal((left.NextCursor, left.MissedEpisodes, left.Steps), (right.NextCursor, right.MissedEpisodes, right.Steps));
        Assert.Equal(left.Episodes.Length, right.Episodes.Length);
        for (var i = 0; i < left.Episodes.Length; i++)
        {
            var (was, now) = (left.Episodes[i], right.Episodes[i]);
            Assert.Equal((was.Episode.Id, was.Episode.End, was.AgentId, was.Outcome), (now.Episode.Id, now.Episode.End, now.AgentId, now.Outcome));
            Assert.True(was.Episode.Data.Span.SequenceEqual(now.Episode.Data.Span));
        }
    }
}
