namespace MemoryRL.Core.Tests;

public sealed class TrajectoryStoreTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Successes_are_kept_by_return_then_shortness_then_newness(int seed)
    {
        var store = new TrajectoryStore(Samples.Hopper, EpisodeOutcome.Success, 100);
        var model = new List<(Episode Episode, long Arrival)>();
        var random = new Random(seed);
        var arrivals = 0L;
        for (var number = 0; number < 400; number++)
        {
            var episode = Success(number, random.Next(1, 40), random.Next(6));
            var kept = new List<(Episode Episode, long Arrival)>(model) { (episode, arrivals + 1) };
            kept.Sort(static (left, right) => (-left.Episode.Return, left.Episode.Length, -left.Arrival).CompareTo((-right.Episode.Return, right.Episode.Length, -right.Arrival)));
            while (kept.Sum(held => held.Episode.Length) > 100)
            {
                kept.RemoveAt(kept.Count - 1);
            }

            var isKept = kept.Exists(held => held.Episode == episode);
            Assert.Equal(isKept ? new TrajectoryAppend(1, 0, 0) : new TrajectoryAppend(0, 0, 1), store.Append(new AgentEpisode(episode, "a", EpisodeOutcome.Success)));
            model = isKept ? kept : model;
            arrivals += isKept ? 1 : 0;
            Assert.Equal(model.Select(held => held.Episode.Id), store.ListBestFirst().Select(held => held.Episode.Id));
            Assert.Equal(model.Sum(held => held.Episode.Length), store.Steps);
        }

        Assert.Equal(arrivals, store.Statistics.AppendedEpisodes);
        Assert.Equal(arrivals - store.Trajectories, store.Statistics.EvictedEpisodes);
    }

    [Fact]
    public void Nothing_is_evicted_for_a_success_that_is_not_kept()
    {
        var store = new TrajectoryStore(Samples.Hopper, EpisodeOutcome.Success, 10);
        _ = store.Append(new AgentEpisode(Success(1, 6, 2), "a", EpisodeOutcome.Success));
        _ = store.Append(new AgentEpisode(Success(2, 4, 1), "a", EpisodeOutcome.Success));

        // Better than the second alone, but it would need room that the first, better one, holds.
        Assert.Equal(new TrajectoryAppend(0, 0, 1), store.Append(new AgentEpisode(Success(3, 5, 1.5f), "a", EpisodeOutcome.Success)));
        Assert.Equal(new TrajectoryAppend(0, 0, 1), store.Append(new AgentEpisode(Success(4, 11, 9), "a", EpisodeOutcome.Success)));
        Assert.Equal([Samples.Id(1), Samples.Id(2)], store.ListBestFirst().Select(held => held.Episode.Id));
    }

    [Fact]
    public void A_terminated_failure_keeps_its_last_steps_and_a_truncated_one_all()
    {
        var store = new TrajectoryStore(Samples.Hopper, EpisodeOutcome.Failure, 100, failureTailSteps: 20);
        var (terminated, truncated, brief) = (Samples.Numbered(1, 50), Samples.Numbered(2, 50, EpisodeEnd.Truncated), Samples.Numbered(3, 7));
        foreach (var episode in new[] { terminated, truncated, brief })
        {
            _ = store.Append(new AgentEpisode(episode, "a", EpisodeOutcome.Failure));
        }

        var held = store.ListBestFirst().ToDictionary(trajectory => trajectory.Episode.Id);
        var tail = held[terminated.Id].Episode;
        Assert.Equal((20, 50, 7), (tail.Length, held[truncated.Id].Episode.Length, held[brief.Id].Episode.Length));
        Assert.Equal(terminated.Rewards[30..].ToArray(), tail.Rewards.ToArray());
        Assert.True(tail.Observations.SequenceEqual(terminated.Observations[(30 * 44)..]));
        Assert.Equal(terminated.Return, held[terminated.Id].Return);
        Assert.Equal(EpisodeEnd.Terminated, tail.End);
        Assert.Equal(77, store.Steps);
    }

    [Fact]
    public void Failures_are_first_in_first_out_and_one_longer_than_the_store_is_cut()
    {
        var store = new TrajectoryStore(Samples.Hopper, EpisodeOutcome.Failure, 30);
        for (var number = 1; number <= 4; number++)
        {
            _ = store.Append(new AgentEpisode(Samples.Numbered(number, 10, EpisodeEnd.Truncated), "a", EpisodeOutcome.Failure));
        }

        Assert.Equal([Samples.Id(2), Samples.Id(3), Samples.Id(4)], store.ListBestFirst().Select(held => held.Episode.Id).Order());
        Assert.Equal(new TrajectoryAppend(1, 0, 0), store.Append(new AgentEpisode(Samples.Numbered(9, 50, EpisodeEnd.Truncated), "a", EpisodeOutcome.Failure)));
        Assert.Equal(Samples.Numbered(9, 50).Rewards[20..].ToArray(), Assert.Single(store.ListBestFirst()).Episode.Rewards.ToArray());
    }

    [Fact]
    public void The_same_id_again_is_left_alone()
    {
        var store = new TrajectoryStore(Samples.Hopper, EpisodeOutcome.Success, 100);
        var episode = new AgentEpisode(Success(1, 3, 1), "a", EpisodeOutcome.Success);

        Assert.Equal(new TrajectoryAppend(1, 1, 0), store.Append([episode, episode]));
        Assert.Equal(new TrajectoryAppend(0, 1, 0), store.Append(episode));
        Assert.Equal(3, store.Steps);
    }

    [Fact]
    public void Another_outcome_or_spec_is_refused_and_nothing_changed()
    {
        var store = new TrajectoryStore(Samples.Hopper, EpisodeOutcome.Success, 100);
        var good = new AgentEpisode(Success(1, 3, 1), "a", EpisodeOutcome.Success);

        Assert.Equal("episode.outcome", Assert.Throws<InvalidExperienceException>(() => store.Append([good, good with { Outcome = EpisodeOutcome.Failure }])).Field);
        Assert.Equal("episode.spec", Assert.Throws<InvalidExperienceException>(() => store.Append([good, new AgentEpisode(Samples.Episode(Samples.Grid, 2, 3), "a", EpisodeOutcome.Success)])).Field);
        Assert.Equal(0, store.Trajectories);
        Assert.Equal("outcome", Assert.Throws<InvalidExperienceException>(() => new TrajectoryStore(Samples.Hopper, EpisodeOutcome.Undecided, 1)).Field);
        Assert.Equal("trajectory_capacity_steps", Assert.Throws<InvalidExperienceException>(() => new TrajectoryStore(Samples.Hopper, EpisodeOutcome.Success, 0)).Field);
        Assert.Equal("failure_tail_steps", Assert.Throws<InvalidExperienceException>(() => new TrajectoryStore(Samples.Hopper, EpisodeOutcome.Failure, 1, -1)).Field);
    }

    [Fact]
    public void Steps_are_drawn_uniformly_with_their_next_observation_and_flags()
    {
        var store = new TrajectoryStore(Samples.Hopper, EpisodeOutcome.Failure, 200, failureTailSteps: 20);
        for (var number = 0; number < 30; number++)
        {
            _ = store.Append(new AgentEpisode(Samples.Numbered(number, 1 + (number * 7 % 31), number % 2 == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated), "a", EpisodeOutcome.Failure));
        }

        var steps = store.ListBestFirst().SelectMany(held => held.Episode.Rewards.ToArray().Select((reward, i) => (Step: (int)reward, IsLast: i == held.Episode.Length - 1))).ToDictionary(place => place.Step, place => place.IsLast);
        var counts = steps.Keys.ToDictionary(step => step, _ => 0);
        var batch = new TransitionBatch(Samples.Hopper, 100);
        var random = new RandomStream(8);
        const int Draws = 60_000;
        for (var drawn = 0; drawn < Draws; drawn += batch.Count)
        {
            store.SampleTransitions(ref random, batch);
            var (observations, next) = (Samples.Floats(batch.Observations), Samples.Floats(batch.NextObservations));
            for (var i = 0; i < batch.Count; i++)
            {
                var step = (int)batch.Rewards[i];
                counts[step]++;
                Assert.Equal((step, step + 1, step), ((int)observations[i * 11], (int)next[(i * 11) + 10], (int)batch.PolicyVersions[i]));
                Assert.Equal((steps[step] && step / 1000 % 2 == 0, steps[step] && step / 1000 % 2 == 1), (batch.Terminated[i] == 1, batch.Truncated[i] == 1));
            }
        }

        // Mean plus five deviations of the chi-square distribution.
        var expected = (double)Draws / counts.Count;
        Assert.InRange(counts.Values.Sum(count => (count - expected) * (count - expected) / expected), 0, counts.Count - 1 + (5 * Math.Sqrt(2.0 * counts.Count)));
        Assert.Equal(Draws, store.Statistics.SampledRows);
    }

    [Fact]
    public void An_empty_store_fills_only_an_empty_batch()
    {
        var store = new TrajectoryStore(Samples.Hopper, EpisodeOutcome.Success, 10);
        var random = new RandomStream(1);
        store.SampleTransitions(ref random, new TransitionBatch(Samples.Hopper, 0));

        Assert.Throws<InvalidOperationException>(() => store.SampleTransitions(ref random, new TransitionBatch(Samples.Hopper, 1)));
        Assert.Throws<InvalidExperienceException>(() => store.SampleTransitions(ref random, new TransitionBatch(Samples.Grid, 0)));
    }

    [Theory]
    [InlineData(EpisodeOutcome.Success)]
    [InlineData(EpisodeOutcome.Failure)]
    public void A_restored_store_is_the_one_that_was_saved_and_goes_on_like_it(EpisodeOutcome outcome)
    {
        var store = new TrajectoryStore(Samples.Hopper, outcome, 100, failureTailSteps: 20);
        Append(store, 0, 60);
        var random = new RandomStream(1);
        store.SampleTransitions(ref random, new TransitionBatch(Samples.Hopper, 5));
        var restored = new TrajectoryStore(Samples.Hopper, outcome, 100, failureTailSteps: 20);
        var snapshot = Samples.Saved(builder => store.Save(builder, "t."));
        restored.Restore(snapshot, "t.");

        AssertSame(store, restored);
        Append(store, 100, 30);
        Append(restored, 100, 30);
        AssertSame(store, restored);
        Assert.Throws<InvalidOperationException>(() => restored.Restore(snapshot, "t."));
        var other = outcome == EpisodeOutcome.Success ? EpisodeOutcome.Failure : EpisodeOutcome.Success;
        var foreign = new TrajectoryStore(Samples.Hopper, other, 100);
        Assert.Contains($"is no {other}", Assert.Throws<SafetensorsFormatException>(() => foreign.Restore(snapshot, "t.")).Message, StringComparison.Ordinal);
        Assert.Contains("capacity", Assert.Throws<SafetensorsFormatException>(() => new TrajectoryStore(Samples.Hopper, outcome, 30).Restore(snapshot, "t.")).Message, StringComparison.Ordinal);
        Assert.Throws<SafetensorsFormatException>(() => foreign.Restore(snapshot));
        Assert.Equal(0, foreign.Trajectories);

        void Append(TrajectoryStore target, int first, int count)
        {
            for (var number = first; number < first + count; number++)
            {
                _ = target.Append(new AgentEpisode(Success(number, 1 + (number * 7 % 31), number * 3 % 5), $"agent-{number % 3}", outcome));
            }
        }
    }

    private static void AssertSame(TrajectoryStore expected, TrajectoryStore actual)
    {
        Assert.Equal(expected.Statistics, actual.Statistics);
        var (left, right) = (expected.ListBestFirst(), actual.ListBestFirst());
        Assert.Equal(left.Select(held => (held.Episode.Id, held.Return, held.Arrival, held.Trajectory.AgentId)), right.Select(held => (held.Episode.Id, held.Return, held.Arrival, held.Trajectory.AgentId)));
        Assert.All(left.Zip(right), pair => Assert.True(pair.First.Episode.Data.Span.SequenceEqual(pair.Second.Episode.Data.Span)));
        var (first, second) = (new RandomStream(2), new RandomStream(2));
        var (one, two) = (new TransitionBatch(Samples.Hopper, 20), new TransitionBatch(Samples.Hopper, 20));
        expected.SampleTransitions(ref first, one);
        actual.SampleTransitions(ref second, two);
        Assert.True(one.Data.Span.SequenceEqual(two.Data.Span));
    }

    private static Episode Success(int number, int length, float episodeReturn) =>
        Samples.Episode(Samples.Hopper, number, length, EpisodeEnd.Terminated, step => step == length - 1 ? episodeReturn : 0);
}
