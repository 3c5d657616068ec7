using System.Text.Json;
using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

/// <summary>MiniGrid's Four Rooms against MiniGrid itself (golden/mini_grid.json, written by golden/make_golden.py) and a Markov chain.</summary>
public sealed class MiniGridFourRoomsTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "golden", "mini_grid.json"))).RootElement;

    [Fact]
    public void Views_and_rewards_of_recorded_episodes_are_mini_grids()
    {
        var task = new MiniGridFourRooms();
        var view = new byte[147];
        foreach (var episode in Golden.GetProperty("episodes").EnumerateArray())
        {
            var views = episode.GetProperty("views");
            var rewards = episode.GetProperty("rewards");
            var (agent, goal) = (Integers(episode.GetProperty("agent")), Integers(episode.GetProperty("goal")));
            task.Reset(Integers(episode.GetProperty("gaps")), (agent[0], agent[1]), episode.GetProperty("direction").GetInt32(), (goal[0], goal[1]), view);
            Assert.Equal(views[0].GetString(), Text(view));
            foreach (var (step, action) in Integers(episode.GetProperty("actions")).Index())
            {
                var result = task.Step(BitConverter.GetBytes(action), view);
                Assert.True(views[step + 1].GetString() == Text(view), $"step {step}: expected {views[step + 1]} but got {Text(view)}");
                Assert.Equal(rewards[step].GetDouble(), result.Reward, 1e-6);
                Assert.Equal(episode.GetProperty("terminated").GetBoolean() && step == rewards.GetArrayLength() - 1, result.Terminated);
            }
        }
    }

    [Fact]
    public void Rooms_agents_and_goals_are_drawn_as_mini_grid_draws_them()
    {
        const int Resets = 40_000;
        var task = new MiniGridFourRooms();
        task.Seed(new RandomStream(17));
        var view = new byte[147];
        var counts = new Dictionary<byte, int[]> { [0] = new int[49], [2] = new int[49], [8] = new int[49] };
        for (var reset = 0; reset < Resets; reset++)
        {
            task.Reset(view);
            for (var cell = 0; cell < 49; cell++)
            {
                if (counts.TryGetValue(view[3 * cell], out var count))
                {
                    count[cell]++;
                }
            }
        }

        var starts = Golden.GetProperty("starts");
        var resets = starts.GetProperty("resets").GetInt32();
        foreach (var (kind, name) in new[] { ((byte)0, "unseen"), ((byte)2, "wall"), ((byte)8, "goal") })
        {
            foreach (var (cell, count) in Integers(starts.GetProperty(name)).Index())
            {
                // Two shares, at 1 in 1,000 over all 147 comparisons: 4.5 standard errors.
                var (golden, ours) = (count / (double)resets, counts[kind][cell] / (double)Resets);
                var share = (count + counts[kind][cell]) / (double)(resets + Resets);
                var error = Math.Sqrt(share * (1 - share) * ((1.0 / resets) + (1.0 / Resets)));
                Assert.True(Math.Abs(golden - ours) <= 4.5 * error, $"cell {cell} {name}: {golden} there, {ours} here");
            }
        }
    }

    [Fact]
    public void A_random_policy_succeeds_as_often_as_the_chain_over_drawn_rooms_says()
    {
        const int Draws = 400;
        var random = new RandomStream(3);
        var exact = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            var model = new MiniGridModel(ref random);
            Assert.Equal(260, model.FreeCount);
            exact[draw] = model.RandomSuccess(random.NextInt32(model.FreeCount), 100);
        }

        var expected = exact.Average();
        var error = Math.Sqrt(exact.Sum(share => (share - expected) * (share - expected)) / Draws / Draws);
        Assert.Equal(expected, EnvironmentRegistry.Find("mini-grid-four-rooms").Spec.RandomSuccess!.Value, 3.29 * error);

        const int Episodes = 10_000;
        var measured = Stepping.RunRandom("mini-grid-four-rooms", seed: 9, Episodes).Successes / (double)Episodes;
        var halfWidth = 3.29 * Math.Sqrt((error * error) + (expected * (1 - expected) / Episodes));
        Assert.InRange(measured, expected - halfWidth, expected + halfWidth);
    }

    [Fact]
    public void A_late_goal_still_pays_a_tenth()
    {
        var task = new MiniGridFourRooms();
        var view = new byte[147];
        task.Reset([1, 1, 10, 10], (2, 2), 0, (3, 2), view);
        for (var step = 0; step < 150; step++)
        {
            Assert.Equal(0, task.Step(BitConverter.GetBytes(6), view).Reward);
        }

        Assert.Equal(new StepResult(0.1f, Terminated: true, Truncated: false), task.Step(BitConverter.GetBytes(2), view));
    }

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt32())];

    private static string Text(byte[] view) => string.Concat(view.Select(value => (char)('0' + value)));
}
