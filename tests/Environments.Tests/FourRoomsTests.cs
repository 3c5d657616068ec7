using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

public sealed class FourRoomsTests
{
    private static readonly FourRoomsModel Model = new();

    [Fact]
    public void It_has_the_104_free_cells_of_the_published_map()
    {
        Assert.Equal(104, Model.CellCount);
        Assert.Equal(new DiscreteSpace(104), new FourRooms().Spec.Experience.Observation);
        Assert.Equal(new DiscreteSpace(4), new FourRooms().Spec.Experience.Action);
    }

    [Fact]
    public void Starts_are_uniform_over_the_cells_other_than_the_goal()
    {
        var environment = new FourRooms();
        environment.Seed(new RandomStream(11));
        var counts = new int[FourRooms.CellCount];
        const int Episodes = 103 * 200;
        for (var episode = 0; episode < Episodes; episode++)
        {
            counts[environment.ResetToIndex()]++;
        }

        Assert.Equal(0, counts[FourRooms.Goal]);
        var chiSquare = counts.Where((_, cell) => cell != FourRooms.Goal).Sum(count => (count - 200.0) * (count - 200.0) / 200.0);
        Assert.True(chiSquare < Stepping.ChiSquareCritical(102), $"chi-square {chiSquare} over 102 degrees of freedom");
    }

    [Fact]
    public void Every_cell_and_action_leads_where_the_table_of_the_rules_says()
    {
        var environment = new FourRooms();
        environment.Seed(new RandomStream(3));
        var random = new RandomStream(4);
        var counts = new int[FourRooms.CellCount, 4, FourRooms.CellCount];
        var cell = environment.ResetToIndex();
        for (var step = 0; step < 2_000_000; step++)
        {
            var action = random.NextInt32(4);
            var (next, result) = environment.StepIndex(action);
            counts[cell, action, next]++;
            Assert.Equal(next == FourRooms.Goal, result.Terminated);
            Assert.Equal(next == FourRooms.Goal ? 1f : 0f, result.Reward);
            Assert.False(result.Truncated);
            cell = result.Terminated ? environment.ResetToIndex() : next;
        }

        var (chiSquare, degreesOfFreedom) = (0.0, 0);
        for (cell = 0; cell < FourRooms.CellCount; cell++)
        {
            for (var action = 0; action < 4 && cell != FourRooms.Goal; action++)
            {
                var expected = Model.Next(cell, action);
                var visits = Enumerable.Range(0, FourRooms.CellCount).Sum(next => counts[cell, action, next]);
                Assert.True(visits > 1000, $"cell {cell}, action {action}: {visits} visits");
                for (var next = 0; next < FourRooms.CellCount; next++)
                {
                    var difference = counts[cell, action, next] - (visits * expected[next]);
                    Assert.True(expected[next] > 0 || counts[cell, action, next] == 0, $"cell {cell}, action {action} led to {next}");
                    chiSquare += expected[next] > 0 ? difference * difference / (visits * expected[next]) : 0;
                    degreesOfFreedom += expected[next] > 0 ? 1 : 0;
                }

                degreesOfFreedom--;
            }
        }

        Assert.True(chiSquare < Stepping.ChiSquareCritical(degreesOfFreedom), $"chi-square {chiSquare} over {degreesOfFreedom} degrees of freedom");
    }

    [Fact]
    public void A_random_policy_succeeds_in_about_15_percent_of_the_episodes()
    {
        var exact = Model.RandomSuccess(50);
        Assert.InRange(exact, 0.145, 0.150);
        Assert.Equal(exact, EnvironmentRegistry.Find("four-rooms").Spec.RandomSuccess!.Value, 4);

        // The 99.9 % interval of a share over 40,000 episodes.
        const int Episodes = 40_000;
        var measured = Stepping.RunRandom("four-rooms", seed: 7, Episodes).Successes / (double)Episodes;
        var halfWidth = 3.29 * Math.Sqrt(exact * (1 - exact) / Episodes);
        Assert.InRange(measured, exact - halfWidth, exact + halfWidth);
    }

    [Fact]
    public void The_optimal_policy_averages_8_4_steps()
    {
        var (policy, expectedSteps) = Model.Optimum();
        var expected = expectedSteps.Sum() / (FourRooms.CellCount - 1);
        Assert.InRange(expected, 8.35, 8.45);

        var environment = EnvironmentRegistry.Create("four-rooms");
        environment.Seed(new RandomStream(5));
        const int Episodes = 20_000;
        var lengths = new double[Episodes];
        for (var episode = 0; episode < Episodes; episode++)
        {
            var (cell, ended) = (environment.ResetToIndex(), false);
            while (!ended)
            {
                (cell, var result) = environment.StepIndex(policy[cell]);
                ended = result.Terminated || result.Truncated;
                lengths[episode]++;
            }
        }

        // The 99.9 % interval of the mean; the limit of 50 steps cuts too few of these episodes to matter.
        var mean = lengths.Average();
        var deviation = Math.Sqrt(lengths.Sum(length => (length - mean) * (length - mean)) / (Episodes - 1));
        Assert.InRange(mean, expected - (3.29 * deviation / Math.Sqrt(Episodes)), expected + (3.29 * deviation / Math.Sqrt(Episodes)));
    }

    [Fact]
    public void The_same_seed_and_actions_give_the_same_episodes()
    {
        Assert.Equal(Stepping.RunRandom("four-rooms", 21, 500), Stepping.RunRandom("four-rooms", 21, 500));
        Assert.NotEqual(Stepping.RunRandom("four-rooms", 21, 500), Stepping.RunRandom("four-rooms", 22, 500));
    }
}
