using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client.Tests;

public sealed class WaypointPieceTests
{
    private const int StepsPerStream = 5000;

    private static readonly EnvironmentEntry Task = EnvironmentRegistry.Find("point-maze-umaze");
    private static readonly MazeMap Map = ((IMazeEnvironment)Task.Create().Unwrapped).Map;

    [Fact]
    public void A_stream_goes_on_where_the_target_changed_without_a_reset()
    {
        var episodes = Stream(12_000, threads: 2);
        var steps = 0;
        var seams = 0;
        for (var i = 1; i < episodes.Count; i++)
        {
            steps += episodes[i - 1].Length;
            var isContinued = episodes[i - 1].Observations[^16..].SequenceEqual(episodes[i].Observations[..16]);
            Assert.Equal(steps % StepsPerStream != 0, isContinued);
            seams += isContinued ? 0 : 1;
        }

        Assert.Equal(2, seams);
        Assert.Equal(12_000, episodes.Sum(episode => episode.Length));
        Assert.All(episodes, episode => Assert.Equal(EpisodeEnd.Truncated, episode.End));
    }

    [Fact]
    public void A_target_changes_when_it_is_reached_or_the_limit_is_over()
    {
        var anchors = Map.FreeCells.Select(Map.AnchorOf).Select(anchor => ((float)anchor.X, (float)anchor.Y)).ToHashSet();
        var seen = new HashSet<(float, float)>();
        var steps = 0;
        foreach (var episode in Stream(60_000, threads: 2))
        {
            steps += episode.Length;
            var goals = MemoryMarshal.Cast<byte, float>(episode.Extra(2));
            var target = (goals[0], goals[1]);
            seen.Add(target);
            Assert.Contains(target, anchors);
            for (var step = 0; step < episode.Length; step++)
            {
                Assert.Equal(target, (goals[2 * step], goals[(2 * step) + 1]));
            }

            var last = Position(episode, episode.Length - 1);
            Assert.True(Distance(last, target) < 0.1 || episode.Length == 300 || steps % StepsPerStream == 0, $"An episode of {episode.Length} steps ended {Distance(last, target)} m from its target.");
        }

        Assert.Equal(anchors.Count, seen.Count);
    }

    [Fact]
    public void Rewards_are_those_of_the_fixed_goal_on_the_observation_before_the_step()
    {
        var goal = Map.AnchorOf(Map.GoalCell);
        var rewarded = 0;
        foreach (var episode in Stream(20_000, threads: 1))
        {
            for (var step = 0; step < episode.Length; step++)
            {
                var distance = Distance(Position(episode, step), ((float)goal.X, (float)goal.Y));
                if (Math.Abs(distance - 0.5) > 1e-5)
                {
                    Assert.Equal(distance <= 0.5 ? 1 : 0, episode.Rewards[step]);
                }

                rewarded += (int)episode.Rewards[step];
            }
        }

        Assert.InRange(rewarded, 200, 19_000);
    }

    [Fact]
    public void The_kept_state_with_the_kept_action_gives_the_next_observation()
    {
        var physics = (IPhysicalEnvironment)Task.Create(null);
        var observation = new byte[16];
        foreach (var episode in Stream(3000, threads: 1))
        {
            for (var step = 0; step < episode.Length; step++)
            {
                physics.SetState(MemoryMarshal.Cast<byte, double>(episode.Extra(0)).Slice(2 * step, 2), MemoryMarshal.Cast<byte, double>(episode.Extra(1)).Slice(2 * step, 2), observation);
                Assert.True(episode.Observations.Slice(16 * step, 16).SequenceEqual(observation));
                _ = physics.Step(episode.Actions.Slice(8 * step, 8), observation);
                Assert.True(episode.Observations.Slice(16 * (step + 1), 16).SequenceEqual(observation));
            }
        }
    }

    [Fact]
    public void Streams_and_episodes_do_not_depend_on_threads()
    {
        Assert.Equal(Bytes(Stream(21_000, threads: 1)), Bytes(Stream(21_000, threads: 3)));
        Assert.Equal(Bytes(Episodes(new WaypointPieceOptions { Noise = 0.5, Seed = 2 }, 5000, 1)), Bytes(Episodes(new WaypointPieceOptions { Noise = 0.5, Seed = 2 }, 5000, 3)));

        static string Bytes(List<Episode> episodes) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData([.. episodes.SelectMany(episode => episode.Data.ToArray().Concat(episode.Id.ToByteArray()))]));
    }

    [Fact]
    public void Episodes_begin_and_end_in_the_chosen_cells()
    {
        MazeCell[] cells = [new(1, 2), new(3, 1), new(3, 3)];
        var routes = new HashSet<(MazeCell, MazeCell)>();
        var episodes = Episodes(new WaypointPieceOptions { Starts = [.. cells], Targets = [.. cells], Seed = 3 }, 10_000, 2);
        foreach (var episode in episodes.SkipLast(1))
        {
            var (start, end) = (Position(episode, 0), Position(episode, episode.Length - 1));
            var (from, to) = (Map.CellAt(start.X, start.Y), Map.CellAt(end.X, end.Y));
            Assert.NotEqual(from, to);
            routes.Add((from, to));
        }

        Assert.Equal(from start in cells from end in cells where start != end select (start, end), routes.OrderBy(route => Array.IndexOf(cells, route.Item1)).ThenBy(route => Array.IndexOf(cells, route.Item2)));
    }

    [Fact]
    public void Without_cells_an_episode_goes_to_the_tasks_own_goal()
    {
        var goal = Map.AnchorOf(Map.GoalCell);
        Assert.All(Episodes(new WaypointPieceOptions(), 3000, 1).SkipLast(1), episode => Assert.InRange(Distance(Position(episode, episode.Length - 1), ((float)goal.X, (float)goal.Y)), 0, 0.1));
    }

    [Fact]
    public void A_task_that_is_no_maze_is_refused_by_name() => Assert.Equal(
        "environment",
        Assert.Throws<InvalidExperienceException>(() => new WaypointStreams(EnvironmentRegistry.Find("four-rooms"), map => new PointWaypointController(map))).Field);

    private static List<Episode> Stream(long steps, int threads) =>
        Collect(new WaypointStreams(Task, map => new PointWaypointController(map), new WaypointPieceOptions { Seed = 6, StepsPerStream = StepsPerStream }), steps, threads);

    private static List<Episode> Episodes(WaypointPieceOptions options, long steps, int threads) => Collect(new WaypointEpisodes(Task, map => new PointWaypointController(map), options), steps, threads);

    private static List<Episode> Collect(IPieceSource source, long steps, int threads)
    {
        var sink = new ListSink();
        _ = Collector.Run(source, sink, new CollectorOptions { Steps = steps, ThreadCount = threads });
        return sink.Episodes;
    }

    private static (float X, float Y) Position(Episode episode, int step)
    {
        var values = MemoryMarshal.Cast<byte, float>(episode.Observations)[(4 * step)..];
        return (values[0], values[1]);
    }

    private static double Distance((float X, float Y) from, (float X, float Y) to) => Math.Sqrt(Math.Pow((double)from.X - to.X, 2) + Math.Pow((double)from.Y - to.Y, 2));
}
