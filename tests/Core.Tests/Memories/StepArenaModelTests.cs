namespace MemoryRL.Core.Tests;

/// <summary>The arena against a plain list that does the same by brute force.</summary>
public sealed class StepArenaModelTests
{
    public static TheoryData<int, int, int, int> Cases { get; } = new()
    {
        // spec, capacity in steps, capacity in bytes (0: none), longest episode
        { 0, 100, 0, 40 },
        { 0, 5_000, 0, 900 },
        { 0, 20_000, 0, 3_000 },
        { 0, 1_000_000, 60_000, 300 },
        { 1, 1, 0, 1 },
        { 1, 37, 0, 37 },
        { 1, 30_000, 0, 7_000 },
        { 2, 400, 0, 120 },
        { 2, 3_000, 0, 1_500 },
        { 2, 1_000_000, 100_000, 200 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Appends_evictions_duplicates_and_reads_agree_with_a_list(int specIndex, int capacitySteps, int capacityBytes, int longest)
    {
        var spec = Samples.All[specIndex];
        var bytes = capacityBytes == 0 ? long.MaxValue : capacityBytes;
        var arena = new StepArena(spec, capacitySteps, bytes);
        var model = new Model(spec, capacitySteps, bytes);
        var random = new Random((specIndex * 31) + capacitySteps);
        for (var round = 0; round < 120; round++)
        {
            var batch = new AgentEpisode[random.Next(1, 4)];
            foreach (ref var episode in batch.AsSpan())
            {
                // One in five ids was seen before: held still, or evicted long ago.
                var number = random.Next(5) == 0 ? random.Next(Math.Max(1, round * 2)) : (round * 10) + random.Next(10);
                episode = Samples.AgentEpisode(spec, number, random.Next(1, longest + 1), random.Next(2) == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated);
            }

            Assert.Equal(model.Append(batch), arena.Append(batch));
            Assert.Equal(model.Statistics, arena.Statistics);
            Assert.Equal(model.Held.Count, arena.Episodes);
            var cursor = random.NextInt64(arena.LastArrival + 3);
            Assert.Equal(model.StepsAfter(cursor), arena.StepsAfter(cursor));
            model.AssertSameRead(cursor, random.Next(1, 2 * longest), arena);
        }

        Assert.Contains(model.Held, held => arena.Contains(held.Episode.Episode.Id));
        Assert.True(model.Statistics.EvictedEpisodes > 0 || capacitySteps == 1_000_000);
    }

    [Fact]
    public void An_episode_that_spans_blocks_comes_back_whole()
    {
        // Rows of 72 bytes in blocks of 64 KiB: an episode of 5,000 steps lies in several.
        var arena = new StepArena(Samples.Hopper, 6_000);
        for (var i = 0; i < 20; i++)
        {
            var episode = Samples.Episode(Samples.Hopper, i, 5_000 - i);
            _ = arena.Append(new AgentEpisode(episode, "a"));

            var read = Assert.Single(arena.ReadAfter(i, 1).Episodes);
            Assert.True(read.Episode.Data.Span.SequenceEqual(episode.Data.Span));
        }
    }

    [Fact]
    public void An_evicted_episode_may_be_appended_again()
    {
        var arena = new StepArena(Samples.Hopper, 10);
        var first = Samples.AgentEpisode(Samples.Hopper, 1, 6);
        _ = arena.Append(first);
        _ = arena.Append(Samples.AgentEpisode(Samples.Hopper, 2, 6));

        Assert.False(arena.Contains(Samples.Id(1)));
        Assert.Equal(new ArenaAppend(1, 0), arena.Append(first));
        Assert.Equal(3, arena.LastArrival);
    }

    [Fact]
    public void The_same_id_twice_in_one_append_is_stored_once()
    {
        var arena = new StepArena(Samples.Hopper, 10);
        var episode = Samples.AgentEpisode(Samples.Hopper, 1, 3);

        Assert.Equal(new ArenaAppend(1, 1), arena.Append([episode, episode]));
        Assert.Equal(3, arena.Steps);
    }

    [Fact]
    public void Reading_from_a_cursor_visits_each_episode_once_and_counts_what_was_evicted()
    {
        var arena = new StepArena(Samples.Hopper, 30);
        for (var i = 1; i <= 5; i++)
        {
            _ = arena.Append(new AgentEpisode(Samples.Numbered(i, 10), "a"));
        }

        var first = arena.ReadAfter(0, 15);
        Assert.Equal(2, first.MissedEpisodes);
        Assert.Equal([Samples.Id(3), Samples.Id(4)], first.Episodes.Select(read => read.Episode.Id));
        Assert.Equal(20, first.Steps);
        Assert.Equal(4, first.NextCursor);
        Assert.Equal(10, arena.StepsAfter(first.NextCursor));

        var second = arena.ReadAfter(first.NextCursor, 1_000);
        Assert.Equal([Samples.Id(5)], second.Episodes.Select(read => read.Episode.Id));
        Assert.Equal(0, second.MissedEpisodes);
        Assert.Empty(arena.ReadAfter(second.NextCursor, 1).Episodes);
        Assert.Equal(second.NextCursor, arena.ReadAfter(second.NextCursor, 1).NextCursor);
        Assert.Equal([Samples.Id(4), Samples.Id(5)], arena.ReadNewest(2).Select(read => read.Episode.Id));
        Assert.Equal(3, arena.ReadNewest(10).Length);
    }

    private sealed class Model(ExperienceSpec spec, long capacitySteps, long capacityBytes)
    {
        private long _appendedSteps;
        private long _evicted;
        private long _arrivals;

        public List<(AgentEpisode Episode, long Arrival)> Held { get; } = [];

        public StoreStatistics Statistics => new(Held.Count, Held.Sum(held => (long)held.Episode.Episode.Length), Bytes, capacitySteps, capacityBytes, _arrivals, _appendedSteps, _evicted, 0);

        private long Bytes => Held.Sum(held => StepArena.BytesOf(spec, held.Episode.Episode.Length));

        public ArenaAppend Append(AgentEpisode[] episodes)
        {
            var stored = 0;
            foreach (var episode in episodes)
            {
                if (Held.Exists(held => held.Episode.Episode.Id == episode.Episode.Id))
                {
                    continue;
                }

                Held.Add((episode, ++_arrivals));
                stored++;
                _appendedSteps += episode.Episode.Length;
                while (Held.Sum(held => held.Episode.Episode.Length) > capacitySteps || Bytes > capacityBytes)
                {
                    Held.RemoveAt(0);
                    _evicted++;
                }
            }

            return new ArenaAppend(stored, episodes.Length - stored);
        }

        public long StepsAfter(long cursor) => Held.Where(held => held.Arrival > cursor).Sum(held => (long)held.Episode.Episode.Length);

        public void AssertSameRead(long cursor, int maxSteps, StepArena arena)
        {
            var read = arena.ReadAfter(cursor, maxSteps);
            var expected = new List<AgentEpisode>();
            var steps = 0L;
            foreach (var (episode, arrival) in Held)
            {
                if (arrival > cursor && steps < maxSteps)
                {
                    expected.Add(episode);
                    steps += episode.Episode.Length;
                }
            }

            Assert.Equal(steps, read.Steps);
            Assert.Equal(expected.Count, read.Episodes.Length);
            Assert.Equal(Math.Max(0, Held[0].Arrival - 1 - cursor), read.MissedEpisodes);
            Assert.Equal(Math.Max(cursor, Held[0].Arrival - 1) + expected.Count, read.NextCursor);
            for (var i = 0; i < expected.Count; i++)
            {
                var (was, now) = (expected[i], read.Episodes[i]);
                Assert.Equal((was.Episode.Id, was.Episode.End, was.AgentId, was.Outcome), (now.Episode.Id, now.Episode.End, now.AgentId, now.Outcome));
                Assert.True(was.Episode.Data.Span.SequenceEqual(now.Episode.Data.Span));
            }
        }
    }
}
