using System.Runtime.InteropServices;
using MemoryRL.Tests;

namespace MemoryRL.Core.Tests;

public sealed class EpisodeBuilderTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 1_000)]
    [InlineData(1, 65)]
    [InlineData(2, 300)]
    public void The_steps_added_are_the_episode_built(int specIndex, int length)
    {
        var spec = Samples.All[specIndex];
        using var builder = new EpisodeBuilder(spec);
        foreach (var seed in new[] { 1, 2 })
        {
            // The second episode is shorter, so what the first left behind would show.
            var expected = Samples.Episode(spec, seed, Math.Max(1, length / seed), EpisodeEnd.Truncated);
            Replay(expected, builder);
            Assert.Equal(expected.Length, builder.Length);
            Assert.True(builder.LastObservation.SequenceEqual(expected.Observations[^spec.Observation.ByteCount..]));

            var built = builder.Build(expected.Id, EpisodeEnd.Truncated);

            Assert.True(built.Data.Span.SequenceEqual(expected.Data.Span));
            Assert.Equal((expected.Id, expected.End), (built.Id, built.End));
            Assert.False(builder.IsStarted);
            Assert.Equal(0, builder.Length);
        }
    }

    [Fact]
    public void Steps_allocate_nothing_once_the_buffers_have_grown()
    {
        using var builder = new EpisodeBuilder(Samples.Grid);
        var episode = Samples.Episode(Samples.Grid, 1, 500);
        Replay(episode, builder);
        _ = builder.Build(episode.Id, EpisodeEnd.Terminated);
        Assert.Equal(0, AllocationRounds.LeastOf(() => Replay(episode, builder)));
    }

    [Fact]
    public void Extra_columns_not_set_are_zero()
    {
        using var builder = new EpisodeBuilder(Samples.Grid);
        builder.Reset(new byte[4]);
        builder.Add(new byte[4], 1, new byte[4], 3);
        builder.SetExtra(0, -0.5f);
        builder.Add(new byte[4], 1, new byte[4], 3);
        var episode = builder.Build(Samples.Id(1), EpisodeEnd.Terminated);

        Assert.Equal([-0.5f, 0], Samples.Floats(episode.Extra(0)));
        Assert.Equal([0, 0], episode.Extra(1).ToArray());
        Assert.Equal([3, 3], episode.PolicyVersions.ToArray());
    }

    [Fact]
    public void A_value_of_the_wrong_size_or_type_is_named_and_changes_nothing()
    {
        using var builder = new EpisodeBuilder(Samples.Grid);
        Assert.Equal("step.observation", Assert.Throws<InvalidExperienceException>(() => builder.Reset(new byte[3])).Field);
        Assert.Throws<InvalidOperationException>(() => builder.Add(new byte[4], 1, new byte[4]));
        Assert.Throws<InvalidOperationException>(() => builder.Build(Samples.Id(1), EpisodeEnd.Terminated));
        builder.Reset(new byte[4]);
        Assert.Throws<InvalidOperationException>(() => builder.SetExtra(0, 1f));
        Assert.Equal("step.action", Assert.Throws<InvalidExperienceException>(() => builder.Add(new byte[5], 1, new byte[4])).Field);
        Assert.Equal("step.next_observation", Assert.Throws<InvalidExperienceException>(() => builder.Add(new byte[4], 1, new byte[5])).Field);
        Assert.Equal(0, builder.Length);
        builder.Add(new byte[4], 1, new byte[4]);
        Assert.Equal("step.behavior_log_probability", Assert.Throws<InvalidExperienceException>(() => builder.SetExtra(0, 1.0)).Field);
        Assert.Equal("step.action_source", Assert.Throws<InvalidExperienceException>(() => builder.SetExtra(1, new byte[2].AsSpan())).Field);
        Assert.Equal(1, builder.Build(Samples.Id(1), EpisodeEnd.Terminated).Length);
    }

    [Fact]
    public void An_episode_that_is_not_allowed_is_forgotten_so_that_the_agent_can_go_on()
    {
        using var builder = new EpisodeBuilder(Samples.Grid);
        builder.Reset(new byte[4]);
        Assert.Equal("episode.length", Assert.Throws<InvalidExperienceException>(() => builder.Build(Samples.Id(1), EpisodeEnd.Terminated)).Field);
        Assert.False(builder.IsStarted);
        builder.Reset(new byte[4]);
        builder.Add(new byte[4], float.NaN, new byte[4]);
        Assert.Equal("episode.rewards", Assert.Throws<InvalidExperienceException>(() => builder.Build(Samples.Id(1), EpisodeEnd.Terminated)).Field);
        builder.Reset(new byte[4]);
        builder.Add(new byte[4], 1, new byte[4]);
        Assert.Equal([1], builder.Build(Samples.Id(1), EpisodeEnd.Terminated).Rewards.ToArray());
    }

    private static void Replay(Episode episode, EpisodeBuilder builder)
    {
        var spec = episode.Spec;
        var (observationBytes, actionBytes) = (spec.Observation.ByteCount, spec.Action.ByteCount);
        builder.Reset(episode.Observations[..observationBytes]);
        for (var step = 0; step < episode.Length; step++)
        {
            builder.Add(
                episode.Actions.Slice(step * actionBytes, actionBytes),
                episode.Rewards[step],
                episode.Observations.Slice((step + 1) * observationBytes, observationBytes),
                episode.PolicyVersions[step]);
            for (var i = 0; i < spec.ExtraColumns.Length; i++)
            {
                var bytes = spec.ExtraColumns[i].ByteCount;
                if (spec.ExtraColumns[i] == ColumnSpec.BehaviorLogProbability)
                {
                    builder.SetExtra(i, MemoryMarshal.Read<float>(episode.Extra(i)[(step * bytes)..]));
                }
                else
                {
                    builder.SetExtra(i, episode.Extra(i).Slice(step * bytes, bytes));
                }
            }
        }
    }
}
