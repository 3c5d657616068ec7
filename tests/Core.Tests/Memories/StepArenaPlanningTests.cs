using System.Runtime.InteropServices;
using MemoryRL.Tests;
using static MemoryRL.Core.Tests.PlannedArenas;

namespace MemoryRL.Core.Tests;

/// <summary>Planned targets beside the steps, against a dictionary that plans every episode by itself.</summary>
public sealed class StepArenaPlanningTests
{
    [Theory]
    [InlineData(600)]
    [InlineData(30_000)]
    public void Every_sampled_step_has_the_targets_of_the_last_plan_of_its_episode(int capacity)
    {
        var arena = new StepArena(Samples.Hopper, capacity);
        var model = new Dictionary<(float, float), (Episode Episode, int Step)>();
        var expected = new Dictionary<(Guid, long), float[]>();
        var versions = new Dictionary<Guid, long>();
        var random = new Random(3);
        var draws = new RandomStream(4);
        Append(20);
        arena.StartPlanning(Settings);
        for (var version = 1L; version <= 12; version++)
        {
            Check();
            Append(1 + random.Next(15));
            var values = new StateValues(version);
            Plan(arena, values, arena.SelectForPlanning(version, arena.Steps * random.Next(0, 3) / 2), version).ForEach(id => versions[id] = version);
            Check();
        }

        void Append(int count)
        {
            for (var i = 0; i < count; i++)
            {
                // Longer than a block of targets at times, and rewards that tell where they are from.
                var number = model.Count;
                var length = Math.Min(capacity, 1 + random.Next(i % 9 == 0 ? 9_000 : 90));
                var episode = Samples.Episode(Samples.Hopper, number + 1, length, random.Next(2) == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated, step => ((number + step) % 100_000) / 64f);
                _ = arena.Append(new AgentEpisode(episode, "a"));
                for (var step = 0; step < length; step++)
                {
                    model[Key(episode.Observations[(step * 44)..])] = (episode, step);
                }
            }
        }

        void Check()
        {
            var (planned, plain) = (new PlannedBatch(Samples.Hopper, 200), new TransitionBatch(Samples.Hopper, 200));
            var same = draws;
            arena.SampleTransitions(ref draws, planned);
            arena.SampleTransitions(ref same, plain);
            Assert.Equal(same.State, draws.State);
            Assert.True(plain.Data.Span.SequenceEqual(planned.Transitions.Data.Span));
            for (var i = 0; i < 200; i++)
            {
                var (episode, step) = model[Key(plain.Observations[(i * 44)..])];
                var version = versions.GetValueOrDefault(episode.Id);
                Assert.Equal(version, planned.Versions[i]);
                var targets = expected.TryGetValue((episode.Id, version), out var known) ? known : expected[(episode.Id, version)] = Expected(episode, version, Settings);
                Assert.Equal(targets.AsSpan(step * 2, 2), planned.Targets.Slice(i * 2, 2));
            }
        }

        static (float, float) Key(ReadOnlySpan<byte> observation) => (MemoryMarshal.Read<float>(observation), MemoryMarshal.Read<float>(observation[4..]));
    }

    [Fact]
    public void The_oldest_targets_are_planned_first_until_the_share_is_done_and_what_has_none_always()
    {
        var arena = new StepArena(Samples.Hopper, 100);
        for (var number = 1; number <= 10; number++)
        {
            _ = arena.Append(new AgentEpisode(Samples.Numbered(number, 10), "a"));
        }

        arena.StartPlanning(Settings);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], arena.SelectForPlanning(1, 20));
        _ = Plan(arena, new StateValues(1), arena.SelectForPlanning(1, 20), 1);
        Assert.Empty(arena.SelectForPlanning(1, 100));
        Assert.Equal([1, 2, 3], arena.SelectForPlanning(2, 30));
        Assert.Equal([1], arena.SelectForPlanning(2, 1));
        _ = Plan(arena, new StateValues(2), arena.SelectForPlanning(2, 30), 2);
        Assert.Equal([4, 5, 6], arena.SelectForPlanning(3, 30));
        _ = Plan(arena, new StateValues(3), arena.SelectForPlanning(3, 30), 3);
        Assert.Equal([7, 8, 9, 10, 1, 2], arena.SelectForPlanning(4, 60));

        // Two arrive, the two oldest go; those without a plan come first and count.
        _ = arena.Append(new AgentEpisode(Samples.Numbered(11, 10), "a"));
        _ = arena.Append(new AgentEpisode(Samples.Numbered(12, 10), "a"));
        Assert.Equal([11, 12, 7], arena.SelectForPlanning(4, 30));
        Assert.Equal([11, 12], arena.SelectForPlanning(4, 0));
        Assert.Equal([12], arena.SelectForPlanning(4, 0, afterArrival: 11));
        Assert.Equal([11, 12, 7, 8, 9, 10, 3, 4, 5, 6], arena.SelectForPlanning(4, 1_000));
    }

    [Theory]
    [InlineData(1, 20, 180, 500)]
    [InlineData(2, 20, 180, 500)]
    [InlineData(3, 20, 180, 400)]
    [InlineData(4, 100, 101, 249)]
    [InlineData(5, 100, 101, 251)]
    [InlineData(6, 100, 101, 290)]
    public void Refreshes_renew_in_the_mean_what_they_are_asked_for_and_a_cut_one_ends_as_the_whole_one(int seed, int shortest, int longest, int wanted)
    {
        const int Refreshes = 400;
        var random = new Random(seed);
        var lengths = Enumerable.Range(0, 400).Select(_ => random.Next(shortest, longest)).ToArray();
        var arena = new StepArena(Samples.Hopper, lengths.Sum());
        foreach (var (number, length) in lengths.Index())
        {
            _ = arena.Append(new AgentEpisode(Samples.Episode(Samples.Hopper, number + 1, length, EpisodeEnd.Terminated, _ => 1), "a"));
        }

        arena.StartPlanning(Settings);
        _ = Plan(arena, new StateValues(1), arena.SelectForPlanning(1, 1), 1);
        var excesses = new List<double>();
        for (var version = 2; version < 2 + Refreshes; version++)
        {
            var selected = arena.SelectForPlanning(version, wanted);
            excesses.Add(selected.Sum(Length) - wanted);

            // Cut after any of its episodes, the plan goes on with what is left of the steps.
            var first = random.Next(1, selected.Count + 1);
            _ = Plan(arena, new StateValues(version), [.. selected.Take(first)], version);
            var rest = arena.SelectForPlanning(version, Math.Max(0, wanted - selected.Take(first).Sum(Length)));
            Assert.Equal(selected.Skip(first), rest);
            _ = Plan(arena, new StateValues(version), rest, version);
        }

        // No plan is off by an episode; the mean lies within 4 of its standard errors of nothing.
        Assert.All(excesses, excess => Assert.InRange(Math.Abs(excess), 0, longest - 1));
        var (mean, error) = (excesses.Average(), Math.Sqrt(excesses.Average(excess => excess * excess) / Refreshes));
        Assert.InRange(mean, -4 * error, 4 * error);

        int Length(long arrival) => lengths[arrival - 1];
    }

    [Fact]
    public void An_episode_that_was_evicted_while_it_was_planned_is_left_out()
    {
        var arena = new StepArena(Samples.Hopper, 30);
        for (var number = 1; number <= 3; number++)
        {
            _ = arena.Append(new AgentEpisode(Samples.Numbered(number, 10), "a"));
        }

        arena.StartPlanning(Settings);
        var piece = new PlanningPiece();
        Assert.Equal(3, piece.Read(arena, [1, 2, 3], 0));
        _ = arena.Append(new AgentEpisode(Samples.Numbered(4, 10), "a"));
        piece.Plan(new StateValues(1), Settings);
        Assert.Equal(20, piece.Write(arena, 1));
        Assert.Equal((2, 20), (piece.PlannedEpisodes, piece.PlannedSteps));
        Assert.Equal([4], arena.SelectForPlanning(1, 100));

        // Gone before it was read: the next one comes in its place.
        Assert.Equal(2, piece.Read(arena, [1, 4], 0));
        piece.Plan(new StateValues(1), Settings);
        Assert.Equal(10, piece.Write(arena, 1));
        Assert.Empty(arena.SelectForPlanning(1, 100));
    }

    [Fact]
    public void Pieces_are_whole_episodes_and_say_what_came_of_them()
    {
        var arena = new StepArena(Samples.Hopper, 100_000);
        var lengths = new[] { 3_000, 1_096, 1, 20_000, 10 };
        for (var number = 0; number < lengths.Length; number++)
        {
            _ = arena.Append(new AgentEpisode(Samples.Episode(Samples.Hopper, number + 1, lengths[number]), "a"));
        }

        arena.StartPlanning(Settings);
        var piece = new PlanningPiece();
        long[] arrivals = [1, 2, 3, 4, 5];
        var steps = new List<long>();
        var values = new StateValues(1);
        for (var next = 0; next < arrivals.Length;)
        {
            next = piece.Read(arena, arrivals, next);
            piece.Plan(values, Settings);
            steps.Add(piece.Write(arena, 1));
        }

        Assert.Equal([4_096, 1, 20_000, 10], steps);
        Assert.InRange(values.LargestBatch, 4_096, 8_192);
        var episodes = arena.ReadAfter(0, long.MaxValue).Episodes;
        Assert.Equal(episodes.Sum(episode => Expected(episode.Episode, 1, Settings).Sum(target => (double)target)) / 2, piece.TargetSum, 1e-3);
        Assert.Equal(episodes.Sum(episode => Enumerable.Range(0, episode.Episode.Length).Sum(step => (double)StateValues.Of(episode.Episode.Observations[(step * 44)..], 1))), piece.ValueSum, 1e-3);
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_an_error_and_nothing_is_written()
    {
        var arena = new StepArena(Samples.Hopper, 100);
        _ = arena.Append(new AgentEpisode(Samples.Numbered(1, 10), "a"));
        arena.StartPlanning(Settings);
        var piece = new PlanningPiece();
        _ = piece.Read(arena, [1], 0);
        Assert.Contains("finite values", Assert.Throws<InvalidOperationException>(() => piece.Plan(new StateValues(1) { Spoilt = float.NaN }, Settings)).Message, StringComparison.Ordinal);
        Assert.Contains("finite planned targets", Assert.Throws<InvalidOperationException>(() => piece.Plan(new StateValues(1), Settings with { RewardScale = 1e38 })).Message, StringComparison.Ordinal);
        Assert.Equal([1], arena.SelectForPlanning(1, 1));
    }

    [Theory]
    [InlineData(1e10, 0, "plan.reward_scale")]
    [InlineData(double.NaN, 0, "plan.reward_scale")]
    [InlineData(1, -1e10, "plan.reward_shift")]
    public void Rewards_are_not_moved_further_than_targets_can_tell(double scale, double shift, string field)
    {
        var settings = Settings with { RewardScale = scale, RewardShift = shift };

        Assert.Equal(field, Assert.Throws<InvalidExperienceException>(() => new StepArena(Samples.Hopper, 100).StartPlanning(settings)).Field);
    }

    [Fact]
    public void Pieces_of_large_observations_end_before_they_are_large()
    {
        var spec = Samples.Hopper with { Observation = new BoxSpace(1_000_000) };
        var arena = new StepArena(spec, 100);
        var number = 0;
        foreach (var length in (int[])[2, 4, 1, 10, 1])
        {
            _ = arena.Append(new AgentEpisode(Samples.Episode(spec, ++number, length), "a"));
        }

        // 4 MB an observation, of which an episode has one more than steps: 3 and 5 fit into 32 MiB, 2 more do not; 11 do not either, but come alone.
        var (piece, next, ends) = (new PlanningPiece(), 0, new List<int>());
        while (next < 5)
        {
            next = piece.Read(arena, [1, 2, 3, 4, 5], next);
            ends.Add(next);
        }

        Assert.Equal([2, 3, 4, 5], ends);
    }

    [Fact]
    public void Starting_anew_and_forgetting_take_targets_back_to_returns()
    {
        var arena = new StepArena(Samples.Hopper, 1_000);
        for (var number = 1; number <= 4; number++)
        {
            _ = arena.Append(new AgentEpisode(Samples.Numbered(number, 10), "a"));
        }

        arena.StartPlanning(Settings);
        _ = Plan(arena, new StateValues(1), [1, 2, 3], 1);
        _ = Plan(arena, new StateValues(5), [1, 2], 5);
        arena.ForgetTargets(2);
        Assert.Equal([(1, 0), (2, 0), (3, 1), (4, 0)], Sampled(arena, Settings));
        arena.StartPlanning(Settings with { Discount = 0.5, RewardScale = 2 });
        Assert.Equal([(1, 0), (2, 0), (3, 0), (4, 0)], Sampled(arena, Settings with { Discount = 0.5, RewardScale = 2 }));
    }

    [Fact]
    public void Without_a_plan_there_are_no_targets_to_sample_and_with_one_sampling_allocates_nothing()
    {
        var arena = new StepArena(Samples.Hopper, 1_000);
        var batch = new PlannedBatch(Samples.Hopper, 256);
        var random = new RandomStream(1);
        arena.StartPlanning(Settings);
        Assert.Throws<InvalidOperationException>(() => Sample());
        _ = arena.Append(new AgentEpisode(Samples.Numbered(1, 700), "a"));
        Sample();
        Assert.Equal(0, AllocationRounds.LeastOf(Sample));
        arena = new StepArena(Samples.Hopper, 1_000);
        _ = arena.Append(new AgentEpisode(Samples.Numbered(1, 700), "a"));
        Assert.Contains("nothing was planned", Assert.Throws<InvalidOperationException>(() => Sample()).Message, StringComparison.Ordinal);
        Assert.Null(arena.PlanSettings);
        batch = new PlannedBatch(Samples.Grid, 1);
        Assert.Throws<InvalidExperienceException>(() => Sample());
        batch = PlannedBatch.FromBuffer(Samples.Hopper, 256, new PlannedBatch(Samples.Hopper, 256).Data);
        Assert.Throws<InvalidOperationException>(() => Sample());

        void Sample() => arena.SampleTransitions(ref random, batch);
    }

    [Fact]
    public void Batches_of_several_shards_are_joined_row_by_row()
    {
        var batches = new List<PlannedBatch>();
        for (var shard = 1; shard <= 3; shard++)
        {
            var arena = new StepArena(Samples.Hopper, 100);
            _ = arena.Append(new AgentEpisode(Samples.Numbered(shard, 10 * shard), "a"));
            arena.StartPlanning(Settings);
            _ = Plan(arena, new StateValues(shard), [1], shard);
            var batch = new PlannedBatch(Samples.Hopper, shard);
            var random = new RandomStream((ulong)shard);
            arena.SampleTransitions(ref random, batch);
            batches.Add(batch);
        }

        var joined = BatchJoin.Join(Samples.Hopper, batches);
        Assert.Equal([1, 2, 2, 3, 3, 3], joined.Versions);
        Assert.Equal(batches.SelectMany(batch => batch.Targets.ToArray()), joined.Targets.ToArray());
        Assert.Equal(batches.SelectMany(batch => batch.Transitions.Rewards.ToArray()), joined.Transitions.Rewards.ToArray());
        Assert.Equal(batches.SelectMany(batch => batch.Transitions.NextObservations.ToArray()), joined.Transitions.NextObservations.ToArray());
        Assert.Same(batches[0], BatchJoin.Join(Samples.Hopper, batches.Take(1).ToList()));
        Assert.True(PlannedBatch.FromBuffer(Samples.Hopper, 6, joined.Data).Versions.SequenceEqual(joined.Versions));
        Assert.Throws<InvalidExperienceException>(() => PlannedBatch.FromBuffer(Samples.Hopper, 5, joined.Data));
    }
}
