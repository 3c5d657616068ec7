using System.Runtime.InteropServices;
using MemoryRL.Tests;

namespace MemoryRL.Core.Tests;

public sealed class SamplingTests
{
    // The 99.9 % quantile of the chi-square distribution by Wilson and Hilferty's approximation, good to a fraction of a percent here.
    private static double ChiSquareQuantile999(int degrees)
    {
        const double NormalQuantile = 3.0902323061678132;
        var spread = 2.0 / (9.0 * degrees);
        return degrees * Math.Pow(1 - spread + (NormalQuantile * Math.Sqrt(spread)), 3);
    }

    private static double ChiSquare(IEnumerable<int> counts, double expected) => counts.Sum(count => (count - expected) * (count - expected) / expected);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Transitions_are_drawn_uniformly_over_the_steps_held(ulong seed)
    {
        // Lengths from 1 on, evictions before, and blocks that end within episodes.
        var arena = new StepArena(Samples.Hopper, 1_000);
        for (var number = 0; number < 200; number++)
        {
            _ = arena.Append(new AgentEpisode(Samples.Numbered(number, 1 + (number * 7 % 31)), "a"));
        }

        var counts = HeldSteps(arena).ToDictionary(step => step, _ => 0);
        var random = new RandomStream(seed);
        var batch = new TransitionBatch(Samples.Hopper, 250);
        const int Draws = 200_000;
        for (var drawn = 0; drawn < Draws; drawn += batch.Count)
        {
            arena.SampleTransitions(ref random, batch);
            foreach (var reward in batch.Rewards)
            {
                counts[(int)reward]++;
            }
        }

        Assert.Equal(arena.Steps, counts.Count);
        Assert.InRange(ChiSquare(counts.Values, (double)Draws / counts.Count), 0, ChiSquareQuantile999(counts.Count - 1));
        Assert.Equal(Draws, arena.Statistics.SampledRows);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_transition_is_the_step_it_was_appended_as(int specIndex)
    {
        var spec = Samples.All[specIndex];
        var arena = new StepArena(spec, 3_000);
        for (var number = 0; number < 60; number++)
        {
            _ = arena.Append(new AgentEpisode(Samples.Episode(spec, number, 1 + (number * 37 % 400), number % 2 == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated), "a"));
        }

        var held = arena.ReadAfter(0, long.MaxValue).Episodes.Select(episode => episode.Episode).ToArray();
        var byReward = held.SelectMany(episode => Enumerable.Range(0, episode.Length).Select(step => (episode, step))).GroupBy(place => place.episode.Rewards[place.step]).ToDictionary(group => group.Key, group => group.ToArray());
        var random = new RandomStream(7);
        foreach (var count in new[] { 1, 31, 32, 33, 64, 256 })
        {
            var batch = new TransitionBatch(spec, count);
            arena.SampleTransitions(ref random, batch);
            for (var i = 0; i < count; i++)
            {
                Assert.Contains(byReward[batch.Rewards[i]], place => IsSame(batch, i, place.episode, place.step));
            }
        }
    }

    [Fact]
    public void Sampling_draws_the_same_for_the_same_random_state_and_allocates_nothing()
    {
        var arena = new StepArena(Samples.Hopper, 1_000);
        _ = arena.Append(new AgentEpisode(Samples.Numbered(1, 700), "a"));
        var (left, right) = (new TransitionBatch(Samples.Hopper, 256), new TransitionBatch(Samples.Hopper, 256));
        var sequences = new SequenceBatch(Samples.Hopper, 16, 10);
        var (first, second) = (new RandomStream(3), new RandomStream(3));
        arena.SampleTransitions(ref first, left);
        arena.SampleTransitions(ref second, right);
        arena.SampleSequences(ref second, sequences);

        Assert.True(left.Data.Span.SequenceEqual(right.Data.Span));
        Assert.NotEqual(first, second);
        Assert.Equal(0, AllocationRounds.LeastOf(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                arena.SampleTransitions(ref first, left);
                arena.SampleSequences(ref first, sequences);
            }
        }));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 2)]
    [InlineData(50, 3)]
    public void Sequences_start_uniformly_and_end_with_their_episode(int length, ulong seed)
    {
        var arena = new StepArena(Samples.Hopper, 500);
        for (var number = 0; number < 100; number++)
        {
            _ = arena.Append(new AgentEpisode(Samples.Numbered(number, 1 + (number * 7 % 31), number % 2 == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated), "a"));
        }

        var lengths = arena.ReadAfter(0, long.MaxValue).Episodes.ToDictionary(read => (int)(read.Episode.Rewards[0] / 1000), read => read.Episode.Length);
        var counts = HeldSteps(arena).ToDictionary(step => step, _ => 0);
        var random = new RandomStream(seed);
        var batch = new SequenceBatch(Samples.Hopper, 50, length);
        const int Draws = 50_000;
        for (var drawn = 0; drawn < Draws; drawn += batch.Count)
        {
            arena.SampleSequences(ref random, batch);
            for (var i = 0; i < batch.Count; i++)
            {
                var start = (int)batch.Rewards[i * length];
                counts[start]++;
                AssertSequence(batch, i, start / 1000, lengths[start / 1000]);
            }
        }

        Assert.InRange(ChiSquare(counts.Values, (double)Draws / counts.Count), 0, ChiSquareQuantile999(counts.Count - 1));
    }

    [Fact]
    public void Sequences_cross_blocks()
    {
        var arena = new StepArena(Samples.Hopper, 20_000);
        for (var number = 0; number < 4; number++)
        {
            _ = arena.Append(new AgentEpisode(Samples.Numbered(number * 6, 5_000), "a"));
        }

        var batch = new SequenceBatch(Samples.Hopper, 20, 1_200);
        var random = new RandomStream(5);
        for (var round = 0; round < 10; round++)
        {
            arena.SampleSequences(ref random, batch);
            for (var i = 0; i < batch.Count; i++)
            {
                var start = (int)batch.Rewards[i * batch.Length];
                AssertSequence(batch, i, start / 6_000 * 6, 5_000);
            }
        }
    }

    [Fact]
    public void Sequences_keep_their_extra_columns()
    {
        var arena = new StepArena(Samples.Pixels, 500);
        var episode = Samples.Episode(Samples.Pixels, 4, 30);
        _ = arena.Append(new AgentEpisode(episode, "a"));
        var batch = new SequenceBatch(Samples.Pixels, 8, 4);
        var random = new RandomStream(1);
        arena.SampleSequences(ref random, batch);

        for (var i = 0; i < batch.Count; i++)
        {
            var start = batch.StepIndexes[i];
            var steps = Math.Min(4, 30 - start);
            Assert.True(batch.Observations.Slice(i * 5 * 77, (steps + 1) * 77).SequenceEqual(episode.Observations.Slice(start * 77, (steps + 1) * 77)));
            Assert.True(batch.Extra(0).Slice(i * 4 * 40, steps * 40).SequenceEqual(episode.Extra(0).Slice(start * 40, steps * 40)));
            Assert.True(batch.Extra(1).Slice(i * 4, steps).SequenceEqual(episode.Extra(1).Slice(start, steps)));
            Assert.True(batch.Extra(1).Slice((i * 4) + steps, 4 - steps).IndexOfAnyExcept((byte)0) < 0);
        }
    }

    [Fact]
    public void An_empty_arena_a_foreign_batch_or_one_of_another_spec_is_an_error()
    {
        var arena = new StepArena(Samples.Hopper, 100);
        var random = new RandomStream(1);
        Assert.Contains("empty", Assert.Throws<InvalidOperationException>(() => arena.SampleTransitions(ref random, new TransitionBatch(Samples.Hopper, 1))).Message);
        Assert.Contains("empty", Assert.Throws<InvalidOperationException>(() => arena.SampleSequences(ref random, new SequenceBatch(Samples.Hopper, 1, 1))).Message);
        _ = arena.Append(new AgentEpisode(Samples.Numbered(1, 3), "a"));

        var filled = new TransitionBatch(Samples.Hopper, 4);
        arena.SampleTransitions(ref random, filled);
        var wrapped = TransitionBatch.FromBuffer(Samples.Hopper, 4, filled.Data);
        Assert.Contains("wraps", Assert.Throws<InvalidOperationException>(() => arena.SampleTransitions(ref random, wrapped)).Message);
        Assert.Equal("batch.spec", Assert.Throws<InvalidExperienceException>(() => arena.SampleTransitions(ref random, new TransitionBatch(Samples.Grid, 4))).Field);
        Assert.Equal("batch.spec", Assert.Throws<InvalidExperienceException>(() => arena.SampleSequences(ref random, new SequenceBatch(Samples.Grid, 4, 2))).Field);
        Assert.Equal("batch.data", Assert.Throws<InvalidExperienceException>(() => SequenceBatch.FromBuffer(Samples.Hopper, 4, 2, new byte[7])).Field);
    }

    private static IEnumerable<int> HeldSteps(StepArena arena) =>
        arena.ReadAfter(0, long.MaxValue).Episodes.SelectMany(read => read.Episode.Rewards.ToArray()).Select(reward => (int)reward);

    private static bool IsSame(TransitionBatch batch, int index, Episode episode, int step)
    {
        var spec = batch.Spec;
        var isLast = step == episode.Length - 1;
        var same = Row(batch.Observations, index, spec.Observation.ByteCount).SequenceEqual(Row(episode.Observations, step, spec.Observation.ByteCount))
            && Row(batch.NextObservations, index, spec.Observation.ByteCount).SequenceEqual(Row(episode.Observations, step + 1, spec.Observation.ByteCount))
            && Row(batch.Actions, index, spec.Action.ByteCount).SequenceEqual(Row(episode.Actions, step, spec.Action.ByteCount))
            && batch.PolicyVersions[index] == episode.PolicyVersions[step]
            && batch.Terminated[index] == (isLast && episode.End == EpisodeEnd.Terminated ? 1 : 0)
            && batch.Truncated[index] == (isLast && episode.End == EpisodeEnd.Truncated ? 1 : 0);
        for (var i = 0; i < spec.ExtraColumns.Length; i++)
        {
            var bytes = spec.ExtraColumns[i].ByteCount;
            same &= Row(batch.Extra(i), index, bytes).SequenceEqual(Row(episode.Extra(i), step, bytes));
        }

        return same;

        static ReadOnlySpan<byte> Row(ReadOnlySpan<byte> column, int row, int bytes) => column.Slice(row * bytes, bytes);
    }

    private static void AssertSequence(SequenceBatch batch, int index, int number, int episodeLength)
    {
        var length = batch.Length;
        var start = (int)batch.Rewards[index * length];
        var firstStep = start - (number * 1000);
        var steps = Math.Min(length, episodeLength - firstStep);
        var observations = MemoryMarshal.Cast<byte, float>(batch.Observations);
        Assert.Equal(firstStep, batch.StepIndexes[index]);
        for (var step = 0; step <= length; step++)
        {
            var expected = step <= steps ? start + step : 0;
            Assert.Equal(expected, observations[((index * (length + 1)) + step) * 11]);
            Assert.Equal(expected, observations[(((index * (length + 1)) + step) * 11) + 10]);
        }

        for (var step = 0; step < length; step++)
        {
            var at = (index * length) + step;
            var isLast = firstStep + step == episodeLength - 1;
            Assert.Equal(step < steps ? 1 : 0, batch.PaddingMask[at]);
            Assert.Equal(step < steps ? start + step : 0, batch.Rewards[at]);
            Assert.Equal(step < steps ? start + step : 0, batch.PolicyVersions[at]);
            Assert.Equal(isLast && number % 2 == 0 ? 1 : 0, batch.Terminated[at]);
            Assert.Equal(isLast && number % 2 != 0 ? 1 : 0, batch.Truncated[at]);
        }
    }
}
