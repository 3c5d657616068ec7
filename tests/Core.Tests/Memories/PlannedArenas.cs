namespace MemoryRL.Core.Tests;

/// <summary>Arenas whose episodes are planned, and what their steps should say.</summary>
internal static class PlannedArenas
{
    public static readonly PlanSettings Settings = new() { Discount = 0.9 };

    public static StepArena Filled()
    {
        var arena = new StepArena(Samples.Hopper, 2_000);
        for (var number = 1; number <= 60; number++)
        {
            _ = arena.Append(new AgentEpisode(Samples.Numbered(number, 1 + (number * 37 % 150), number % 2 == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated), "a"));
        }

        return arena;
    }

    public static List<Guid> Plan(StepArena arena, StateValues values, IReadOnlyList<long> arrivals, long version)
    {
        var piece = new PlanningPiece();
        for (var next = 0; next < arrivals.Count;)
        {
            next = piece.Read(arena, arrivals, next);
            piece.Plan(values, arena.PlanSettings!);
            _ = piece.Write(arena, version);
        }

        var read = arena.ReadAfter(0, long.MaxValue);
        var firstArrival = read.NextCursor - read.Episodes.Length + 1;
        return [.. arrivals.Select(arrival => read.Episodes[(int)(arrival - firstArrival)].Episode.Id)];
    }

    public static float[] Expected(Episode episode, long version, PlanSettings settings)
    {
        var targets = new float[episode.Length * 2];
        if (version == 0)
        {
            TrajectoryPlanner.ComputeReturns(episode.Rewards, episode.End, settings, targets);
            return targets;
        }

        var observations = episode.Observations.ToArray();
        var values = Enumerable.Range(0, episode.Length + 1).Select(step => StateValues.Of(observations.AsSpan(step * 44), version)).ToArray();
        TrajectoryPlanner.Plan(episode.Rewards, values, 1, episode.End, settings, targets);
        return targets;
    }

    // Every number of a numbered episode's step tells its episode and step: each sampled row is checked, and each episode told with its version.
    public static (int Number, long Version)[] Sampled(StepArena arena, PlanSettings settings)
    {
        var episodes = arena.ReadAfter(0, long.MaxValue).Episodes.ToDictionary(episode => (int)(episode.Episode.Rewards[0] / 1000), episode => episode.Episode);
        var batch = new PlannedBatch(Samples.Hopper, 2_000);
        var random = new RandomStream(5);
        arena.SampleTransitions(ref random, batch);
        var versions = new SortedDictionary<int, long>();
        for (var i = 0; i < batch.Count; i++)
        {
            var (number, step) = ((int)(batch.Transitions.Rewards[i] / 1000), (int)batch.Transitions.Rewards[i] % 1000);
            versions[number] = batch.Versions[i];
            Assert.Equal(Expected(episodes[number], batch.Versions[i], settings).AsSpan(step * 2, 2), batch.Targets.Slice(i * 2, 2));
        }

        return [.. versions.Select(entry => (entry.Key, entry.Value))];
    }

    public static (Guid Id, float Reward, float First, float Second, long Version)[] Rows(StepArena arena)
    {
        var ids = arena.ReadAfter(0, long.MaxValue).Episodes.ToDictionary(episode => (int)(episode.Episode.Rewards[0] / 1000), episode => episode.Episode.Id);
        var batch = new PlannedBatch(Samples.Hopper, 40_000);
        var random = new RandomStream(6);
        arena.SampleTransitions(ref random, batch);
        var rows = new HashSet<(Guid, float, float, float, long)>();
        for (var i = 0; i < batch.Count; i++)
        {
            var reward = batch.Transitions.Rewards[i];
            _ = rows.Add((ids[(int)(reward / 1000)], reward, batch.Targets[2 * i], batch.Targets[(2 * i) + 1], batch.Versions[i]));
        }

        Assert.Equal(arena.Steps, rows.Count);
        return [.. rows.OrderBy(row => row.Item2)];
    }
}
