using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

/// <summary>Key-Door Rooms against its map read a second time, as a Markov chain.</summary>
public sealed class KeyDoorRoomsTests
{
    private static readonly string[] Map = [.. KeyDoorRooms.Map];
    private static readonly (int Row, int Column)[] Cells =
        [.. from row in Enumerable.Range(0, Map.Length) from column in Enumerable.Range(0, Map[row].Length) where Map[row][column] != '#' select (row, column)];

    [Fact]
    public void There_is_one_of_each_thing_and_103_free_cells()
    {
        Assert.Equal(103, Cells.Length);
        Assert.All("AKDG", mark => Assert.Single(Cells, cell => Map[cell.Row][cell.Column] == mark));
        Assert.Equal(new DiscreteSpace(206), new KeyDoorRooms().Spec.Experience.Observation);
        Assert.Equal(new DiscreteSpace(4), new KeyDoorRooms().Spec.Experience.Action);
    }

    [Fact]
    public void Every_state_and_action_leads_where_the_map_says()
    {
        // Each state that can be reached at all, by the first way to it.
        var environment = new KeyDoorRooms();
        var ways = new Dictionary<int, int[]> { [environment.ResetToIndex()] = [] };
        var open = new Queue<int>(ways.Keys);
        Assert.Equal(Index('A'), open.Peek());
        while (open.TryDequeue(out var state))
        {
            for (var action = 0; action < 4 && state % 103 != Index('G'); action++)
            {
                environment.Walk(ways[state]);
                var (next, result) = environment.StepIndex(action);
                Assert.Equal(Next(state, action), next);
                var isGoal = next % 103 == Index('G');
                Assert.Equal(new StepResult(isGoal ? 1 : 0, isGoal, Truncated: false), result);
                if (ways.TryAdd(next, [.. ways[state], action]))
                {
                    open.Enqueue(next);
                }
            }
        }

        // All cells with the key; without it neither the key's own cell, nor the door and the 25 cells behind it.
        Assert.Equal(103 + 76, ways.Count);
        Assert.Equal(52, ways[103 + Index('G')].Length);
    }

    [Fact]
    public void The_only_reward_is_far_away_for_a_random_policy()
    {
        var table = Enumerable.Range(0, 206).Select(state => Enumerable.Range(0, 4).Select(action => Next(state, action)).ToArray()).ToArray();
        var occupation = new double[206];
        occupation[Index('A')] = 1;
        for (var step = 0; step < 300; step++)
        {
            var next = new double[206];
            for (var state = 0; state < 206; state++)
            {
                for (var action = 0; action < 4; action++)
                {
                    next[state % 103 == Index('G') ? state : table[state][action]] += occupation[state] / 4;
                }
            }

            occupation = next;
        }

        var exact = occupation[103 + Index('G')];
        Assert.Equal(1.0 / 7252, exact, 1e-7);
        var spec = EnvironmentRegistry.Find("key-door-rooms").Spec;
        Assert.Equal(300, spec.MaxEpisodeSteps);
        Assert.Equal(exact, spec.RandomSuccess!.Value, 1e-6);

        // Successes are Poisson with mean 0.69: 7 or more come once in 100,000 runs.
        Assert.InRange(Stepping.RunRandom("key-door-rooms", seed: 1, episodes: 5000).Successes, 0, 6);
    }

    private static int Index(char mark) => Array.FindIndex(Cells, cell => Map[cell.Row][cell.Column] == mark);

    private static int Next(int state, int action)
    {
        (int Row, int Column)[] steps = [(-1, 0), (0, 1), (1, 0), (0, -1)];
        var (hasKey, cell) = (state >= 103, Cells[state % 103]);
        var target = (cell.Row + steps[action].Row, cell.Column + steps[action].Column);
        var next = Array.IndexOf(Cells, target);
        next = next < 0 || (Map[Cells[next].Row][Cells[next].Column] == 'D' && !hasKey) ? state % 103 : next;
        return next + (hasKey || next == Index('K') ? 103 : 0);
    }
}
