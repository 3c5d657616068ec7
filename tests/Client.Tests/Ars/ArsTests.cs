using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Tests;

namespace MemoryRL.Client.Tests;

/// <summary>Augmented random search on a task whose best return is known, and its update against the formula.</summary>
public sealed class ArsTests
{
    private static readonly ArsSettings Settings = new() { StepSize = 0.05, Directions = 8, TopDirections = 4, Noise = 0.05 };

    [Fact]
    public void It_finds_a_policy_close_to_the_best_that_there_is()
    {
        var trainer = new ArsTrainer(LinearQuadraticTask.Create, Settings, seed: 1, threads: 2);
        var before = trainer.Evaluate(2000, seed: 5).Average();
        for (var i = 0; i < 150; i++)
        {
            _ = trainer.Iterate();
        }

        var after = trainer.Evaluate(2000, seed: 5).Average();

        // No control at all returns about -18; no policy beats Riccati's; a constant linear one comes within a hundredth of it (standard error of the mean 1.5 %).
        var best = LinearQuadraticTask.BestReturn();
        Assert.True(before < 1.5 * best, $"best {best:g4}, before {before:g4}");
        Assert.InRange(after, 1.07 * best, 0.93 * best);
    }

    [Fact]
    public void Weights_are_the_same_bit_for_bit_whatever_the_number_of_threads()
    {
        var states = new List<byte[]>();
        foreach (var threads in (int[])[1, 2, 5])
        {
            var trainer = new ArsTrainer(LinearQuadraticTask.Create, Settings, seed: 3, threads);
            for (var i = 0; i < 10; i++)
            {
                _ = trainer.Iterate();
            }

            states.Add(State(trainer));
        }

        Assert.Equal(states[0], states[1]);
        Assert.Equal(states[0], states[2]);
        Assert.NotEqual(states[0], State(new ArsTrainer(LinearQuadraticTask.Create, Settings, seed: 3)));
    }

    [Fact]
    public void A_search_that_was_stopped_goes_on_as_if_it_had_not_been()
    {
        var straight = new ArsTrainer(LinearQuadraticTask.Create, Settings, seed: 4);
        var stopped = new ArsTrainer(LinearQuadraticTask.Create, Settings, seed: 4);
        for (var i = 0; i < 5; i++)
        {
            _ = straight.Iterate();
            _ = stopped.Iterate();
        }

        var resumed = new ArsTrainer(LinearQuadraticTask.Create, Settings, seed: 4, threads: 2);
        resumed.Load(SafetensorsDocument.Parse(State(stopped), "state"));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(straight.Iterate(), resumed.Iterate());
        }

        Assert.Equal(State(straight), State(resumed));
    }

    [Fact]
    public void The_first_update_is_the_paper_s_formula()
    {
        // Two directions over one weight; the second is the better one: r+ - r- = 6 over a deviation of 3.
        double[] weights = [10];
        ArsUpdate.Apply(weights, [1, -0.5], forward: [1, 8], backward: [2, 2], top: 1, stepSize: 0.1);
        Assert.Equal(10 + (0.1 / 3 * 6 * -0.5), weights[0], 1e-12);

        // Both: mean 3.25, squared differences 5.0625 + 22.5625 + 1.5625 + 1.5625 = 30.75.
        weights = [0];
        ArsUpdate.Apply(weights, [1, -0.5], forward: [1, 8], backward: [2, 2], top: 2, stepSize: 0.1);
        Assert.Equal(0.1 / (2 * Math.Sqrt(30.75 / 4)) * ((-1 * 1) + (6 * -0.5)), weights[0], 1e-12);
    }

    [Fact]
    public void Returns_that_are_equal_or_not_finite_move_nothing()
    {
        double[] weights = [1, 2];
        ArsUpdate.Apply(weights, [1, 1, 1, 1], forward: [4, 4], backward: [4, 4], top: 2, stepSize: 0.1);
        ArsUpdate.Apply(weights, [1, 1, 1, 1], forward: [double.NaN, double.PositiveInfinity], backward: [1, 2], top: 2, stepSize: 0.1);
        Assert.Equal([1, 2], weights);
    }

    [Fact]
    public void Parts_of_observations_join_to_the_moments_of_all()
    {
        var random = new RandomStream(5);
        var (moments, all, center) = (new ObservationMoments(1), new List<double>(), 995.0);
        foreach (var count in (int[])[3, 1, 500, 0, 40])
        {
            double[] sums = [0];
            double[] squares = [0];
            for (var i = 0; i < count; i++)
            {
                all.Add(1000 + random.NextNormal());
                sums[0] += all[^1] - center;
                squares[0] += Math.Pow(all[^1] - center, 2);
            }

            moments.Join(count, [center], sums, squares);
            center = moments.Mean[0];
        }

        moments.Join(7, [center], [double.NaN], [double.NaN]);
        var mean = all.Average();
        Assert.Equal((544, mean), (moments.Count, Math.Round(moments.Mean[0] - mean, 10) + mean));
        Assert.Equal(Math.Sqrt(all.Average(value => Math.Pow(value - mean, 2))), moments.Deviation(0), 1e-9);
    }

    [Fact]
    public void The_copied_policy_acts_as_the_search_s_and_ignores_what_never_changed()
    {
        var trainer = new ArsTrainer(LinearQuadraticTask.Create, Settings, seed: 6);
        for (var i = 0; i < 20; i++)
        {
            _ = trainer.Iterate();
        }

        var policy = trainer.CopyPolicy();
        Assert.Equal((0, 1), (policy.Weights[2], policy.Deviation[2]));
        var (gain, mean, deviation) = (policy.Weights, policy.Mean, policy.Deviation);
        using var linear = new FixedLinearPolicy(row => (float)((gain[0] * (row[0] - mean[0]) / deviation[0]) + (gain[1] * (row[1] - mean[1]) / deviation[1])));
        var replayed = GreedyEvaluation.Run(LinearQuadraticTask.Create, linear, new EvaluationOptions { Episodes = 4000, Seed = 9 });
        var own = trainer.Evaluate(4000, seed: 10);

        // Other episodes, the same policy: two means of 4,000 returns whose deviation is about as large as they are.
        Assert.InRange(own.Average() / replayed.Return.Estimate, 0.9, 1.1);
    }

    [Fact]
    public void A_cancelled_iteration_leaves_the_search_where_it_was()
    {
        var trainer = new ArsTrainer(LinearQuadraticTask.Create, Settings, seed: 7);
        _ = trainer.Iterate();
        var before = State(trainer);

        _ = Assert.ThrowsAny<OperationCanceledException>(() => trainer.Iterate(new CancellationToken(canceled: true)));

        Assert.Equal(before, State(trainer));
    }

    [Fact]
    public void An_episode_allocates_nothing()
    {
        var rollouts = new ArsRollouts(LinearQuadraticTask.Create());
        double[] center = [0, 0, 0];
        double[] weights = [0.1, 0.2, 0.3];
        var (sums, squares) = (new double[3], new double[3]);
        rollouts.Actor.Set(weights, [], 0, center, center);
        _ = rollouts.Play(new RandomStream(1), center, sums, squares);
        Assert.Equal(0, AllocationRounds.LeastOf(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                rollouts.Actor.Set(weights, weights, 0.1, center, center);
                _ = rollouts.Play(new RandomStream((ulong)i), center, sums, squares);
            }
        }));
    }

    [Fact]
    public void Settings_and_tasks_that_cannot_be_used_are_refused_by_name()
    {
        AssertRefused("ars.step_size", Settings with { StepSize = 0 });
        AssertRefused("ars.directions", Settings with { Directions = 0 });
        AssertRefused("ars.top_directions", Settings with { TopDirections = 9 });
        AssertRefused("ars.noise", Settings with { Noise = double.NaN });
        AssertRefused("ars.survival_bonus", Settings with { SurvivalBonus = double.PositiveInfinity });
        Assert.Equal("environment.max_episode_steps", Assert.Throws<InvalidExperienceException>(() => new ArsTrainer(() => new LinearQuadraticTask(), Settings, 1)).Field);
        Assert.Equal("environment.observation", Assert.Throws<InvalidExperienceException>(() => new ArsTrainer(() => EnvironmentRegistry.Create("four-rooms"), Settings, 1)).Field);

        static void AssertRefused(string field, ArsSettings settings) => Assert.Equal(field, Assert.Throws<InvalidExperienceException>(() => new ArsTrainer(LinearQuadraticTask.Create, settings, 1)).Field);
    }

    [Fact]
    public void A_state_that_lacks_a_tensor_is_refused_by_name()
    {
        var trainer = new ArsTrainer(LinearQuadraticTask.Create, Settings, seed: 8);
        var whole = SafetensorsDocument.Parse(State(trainer), "state");
        foreach (var missing in whole.Tensors)
        {
            var copy = new SafetensorsBuilder();
            foreach (var tensor in whole.Tensors.Where(tensor => tensor != missing))
            {
                copy.Add(tensor.Name, tensor.ElementType, tensor.Shape.AsSpan(), tensor.Data);
            }

            var error = Assert.Throws<SafetensorsFormatException>(() => trainer.Load(SafetensorsDocument.Parse(copy.ToArray(), "damaged")));
            Assert.Contains(missing.Name, error.Message, StringComparison.Ordinal);
        }
    }

    private static byte[] State(ArsTrainer trainer)
    {
        var state = new SafetensorsBuilder();
        trainer.Save(state);
        return state.ToArray();
    }
}
