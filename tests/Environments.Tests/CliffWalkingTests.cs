namespace MemoryRL.Environments.Tests;

public sealed class CliffWalkingTests
{
    private const int Up = 0;
    private const int Right = 1;
    private const int Down = 2;
    private const int Left = 3;

    [Fact]
    public void Every_cell_and_action_follows_Gymnasiums_table()
    {
        for (var cell = 0; cell <= CliffWalking.Start; cell++)
        {
            for (var action = 0; action < 4; action++)
            {
                var environment = new CliffWalking();
                GoTo(environment, cell);
                var (next, result) = environment.StepIndex(action);

                var row = Math.Clamp((cell / 12) + (action == Up ? -1 : action == Down ? 1 : 0), 0, 3);
                var column = Math.Clamp((cell % 12) + (action == Right ? 1 : action == Left ? -1 : 0), 0, 11);
                var fell = row == 3 && column is >= 1 and <= 10;
                Assert.Equal(fell ? 36 : (row * 12) + column, next);
                Assert.Equal(new StepResult(fell ? -100 : -1, Terminated: row == 3 && column == 11, Truncated: false), result);
            }
        }
    }

    [Fact]
    public void Every_cell_and_action_of_the_sparse_variant_follows_its_table()
    {
        for (var cell = 0; cell <= CliffWalking.Start; cell++)
        {
            for (var action = 0; action < 4; action++)
            {
                var environment = new CliffWalking(CliffRules.Sparse);
                GoTo(environment, cell);
                var (next, result) = environment.StepIndex(action);

                var row = Math.Clamp((cell / 12) + (action == Up ? -1 : action == Down ? 1 : 0), 0, 3);
                var column = Math.Clamp((cell % 12) + (action == Right ? 1 : action == Left ? -1 : 0), 0, 11);
                Assert.Equal((row * 12) + column, next);
                Assert.Equal(new StepResult(row == 3 && column == 11 ? 1 : 0, Terminated: row == 3 && column >= 1, Truncated: false), result);
            }
        }
    }

    [Fact]
    public void The_optimal_return_is_minus_13()
    {
        var environment = new CliffWalking();
        environment.ResetToIndex();
        var episodeReturn = (double)environment.StepIndex(Up).Result.Reward;
        for (var column = 0; column < 11; column++)
        {
            episodeReturn += environment.StepIndex(Right).Result.Reward;
        }

        var (_, last) = environment.StepIndex(Down);
        Assert.True(last.Terminated);
        Assert.Equal(-13, episodeReturn + last.Reward);
        Assert.True(environment.Spec.IsSuccess(-13));
    }

    [Fact]
    public void Without_a_limit_no_number_of_falls_and_steps_ends_an_episode()
    {
        var environment = EnvironmentRegistry.Find("cliff-walking").Create(maxEpisodeSteps: null);
        environment.ResetToIndex();
        for (var step = 0; step < 10_000; step++)
        {
            var (cell, result) = environment.StepIndex(Right);
            Assert.Equal((CliffWalking.Start, new StepResult(-100, Terminated: false, Truncated: false)), (cell, result));
        }

        Assert.Null(environment.Spec.MaxEpisodeSteps);
    }

    [Theory]
    [InlineData("cliff-walking")]
    [InlineData("cliff-walking-sparse")]
    public void The_random_policys_success_is_the_exact_probability(string name)
    {
        // Success means the goal without a fall, in fewer than 50 steps with Gymnasium's rewards, within the limit in the sparse variant.
        var limit = name == "cliff-walking" ? 49 : 100;
        var occupation = new double[48];
        occupation[36] = 1;
        var success = 0.0;
        for (var step = 0; step < limit; step++)
        {
            var next = new double[48];
            for (var cell = 0; cell < 48; cell++)
            {
                var (row, column) = (cell / 12, cell % 12);
                foreach (var (down, right) in new[] { (-1, 0), (0, 1), (1, 0), (0, -1) })
                {
                    next[(Math.Clamp(row + down, 0, 3) * 12) + Math.Clamp(column + right, 0, 11)] += occupation[cell] / 4;
                }
            }

            success += next[47];
            Array.Clear(next, 37, 11);
            occupation = next;
        }

        Assert.Equal(success, EnvironmentRegistry.Find(name).Spec.RandomSuccess!.Value, 4);

        // The 99.9 % interval of a share over 100,000 episodes, sparse variant only: the other is too rare to tell from none.
        const int Episodes = 100_000;
        if (name == "cliff-walking-sparse")
        {
            var measured = Stepping.RunRandom(name, seed: 1, Episodes).Successes / (double)Episodes;
            var halfWidth = 3.29 * Math.Sqrt(success * (1 - success) / Episodes);
            Assert.InRange(measured, success - halfWidth, success + halfWidth);
        }
    }

    // Cells are reached from the start along the first column, then along the row, never through the cliff.
    private static void GoTo(CliffWalking environment, int cell)
    {
        var actions = new List<int>();
        if (cell != CliffWalking.Start)
        {
            actions.AddRange(Enumerable.Repeat(Up, 3 - (cell / 12)));
            actions.AddRange(Enumerable.Repeat(Right, cell % 12));
        }

        Assert.Equal(cell, environment.Walk([.. actions]).Observation);
    }
}
