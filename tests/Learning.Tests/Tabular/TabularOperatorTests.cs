using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

/// <summary>What VEM's paper claims of its operators, on random processes.</summary>
public sealed class TabularOperatorTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_pair_of_value_tables_contracts_less_than_the_bound(bool isStochastic)
    {
        var random = new RandomStream(11);
        var (closest, pairs) = (0.0, 0);
        for (var i = 0; i < 400; i++)
        {
            var (mdp, behavior) = Draw(isStochastic, ref random);
            var expectile = 0.02 + (0.96 * random.NextDouble());
            var rule = new GradientExpectileRule(expectile, GradientExpectileRule.LargestStepSize(expectile) * (0.05 + (0.95 * random.NextDouble())));
            var bound = rule.ContractionBound(mdp.Discount);
            foreach (var steps in (int[])[1, 2, 3, 4, 10])
            {
                var (values, others) = (Values(ref random), Values(ref random));

                var contraction = TabularIteration.Contraction(new PlanningOperator(mdp, behavior, rule, steps), values, others);

                Assert.True(contraction <= bound + 1e-12, $"contraction {contraction} over the bound {bound} at expectile {expectile}, {steps} steps");
                closest = Math.Max(closest, contraction / bound);
                pairs++;
            }
        }

        Assert.Equal(2000, pairs);
        Assert.InRange(closest, 0.95, 1 + 1e-12);
    }

    [Theory]
    [InlineData(0.8, 1000)]
    [InlineData(0.3, -1000)]
    public void The_bound_is_met_where_every_difference_lies_on_the_slower_side(double expectile, double level)
    {
        var random = new RandomStream(12);
        var (mdp, behavior) = Draw(isStochastic: true, ref random);
        var rule = new GradientExpectileRule(expectile);
        double[] values = [level, level, level, level, level];

        var contraction = TabularIteration.Contraction(new OneStepOperator(mdp, behavior, rule), values, Array.ConvertAll(values, value => value + 1));

        Assert.Equal(rule.ContractionBound(mdp.Discount), contraction, 1e-9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_operator_has_the_fixed_point_of_the_exact_one_whatever_its_step(bool isStochastic)
    {
        var random = new RandomStream(13);
        for (var i = 0; i < 20; i++)
        {
            var (mdp, behavior) = Draw(isStochastic, ref random);
            var expectile = 0.05 + (0.9 * random.NextDouble());
            var exact = TabularIteration.FixedPoint(new OneStepOperator(mdp, behavior, new ExpectileRule(expectile)), 1e-13);
            foreach (var share in (double[])[0.3, 1])
            {
                var rule = new GradientExpectileRule(expectile, share * GradientExpectileRule.LargestStepSize(expectile));
                Assert.True(TabularIteration.Distance(exact, TabularIteration.FixedPoint(new OneStepOperator(mdp, behavior, rule), 1e-13)) < 1e-9);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Planning_changes_no_fixed_point_above_the_mean_and_gets_there_faster(bool isStochastic)
    {
        var random = new RandomStream(14);
        for (var i = 0; i < 40; i++)
        {
            var (mdp, behavior) = Draw(isStochastic, ref random);
            foreach (var expectile in (double[])[0.5, 0.6, 0.9])
            {
                var rule = new GradientExpectileRule(expectile);
                var one = TabularIteration.FixedPoint(new OneStepOperator(mdp, behavior, rule), 1e-12);
                var previous = double.PositiveInfinity;
                foreach (var steps in (int[])[1, 2, 3, 4, 10])
                {
                    var planning = new PlanningOperator(mdp, behavior, rule, steps);
                    Assert.True(TabularIteration.Distance(one, TabularIteration.FixedPoint(planning, 1e-12)) < 1e-9);
                    var contraction = TabularIteration.Contraction(planning, new double[5], one);
                    Assert.True(contraction < previous, $"{steps} steps contract by {contraction}, fewer by {previous}");
                    previous = contraction;
                }
            }
        }
    }

    [Fact]
    public void Below_the_mean_planning_lifts_the_fixed_point()
    {
        var random = new RandomStream(15);
        var (mdp, behavior) = Draw(isStochastic: false, ref random);
        var rule = new GradientExpectileRule(0.1);

        var one = TabularIteration.FixedPoint(new PlanningOperator(mdp, behavior, rule, 1));
        var ten = TabularIteration.FixedPoint(new PlanningOperator(mdp, behavior, rule, 10));

        Assert.All(one.Zip(ten), pair => Assert.True(pair.Second > pair.First + 0.1));
    }

    [Fact]
    public void Values_grow_with_the_expectile_up_to_the_best_of_the_support()
    {
        var random = new RandomStream(16);
        for (var i = 0; i < 20; i++)
        {
            var mdp = TabularMdp.Draw(new RandomMdpSettings(), ref random);
            var behavior = TabularBehavior.Uniform(mdp);
            double[] previous = [.. Enumerable.Repeat(double.NegativeInfinity, 5)];
            foreach (var expectile in (double[])[0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1 - 1e-6])
            {
                var values = TabularIteration.FixedPoint(new OneStepOperator(mdp, behavior, new ExpectileRule(expectile)));
                Assert.All(previous.Zip(values), pair => Assert.True(pair.Second >= pair.First - 1e-8));
                previous = values;
            }

            Assert.True(TabularIteration.Distance(mdp.OptimalValues(), previous) < 1e-3);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Planning_takes_the_best_of_all_rollouts_written_out_as_trees(int steps)
    {
        var random = new RandomStream(17);
        var (mdp, behavior) = Draw(isStochastic: true, ref random);
        var rule = new GradientExpectileRule(0.7);
        var values = Values(ref random);
        var result = new double[5];

        new PlanningOperator(mdp, behavior, rule, steps).Apply(values, result);

        for (var state = 0; state < 5; state++)
        {
            Assert.Equal(Enumerable.Range(1, steps).Max(n => Tree(mdp, behavior, rule, values, state, n)), result[state], 1e-9);
        }
    }

    [Fact]
    public void One_step_samples_scatter_around_the_operators_value()
    {
        var random = new RandomStream(18);
        var (mdp, behavior) = Draw(isStochastic: false, ref random);
        var planning = new PlanningOperator(mdp, behavior, new GradientExpectileRule(0.8), 1);
        var (values, exact) = (Values(ref random), new double[5]);
        planning.Apply(values, exact);

        for (var state = 0; state < 5; state++)
        {
            var samples = new double[20_000];
            for (var i = 0; i < samples.Length; i++)
            {
                samples[i] = planning.Sample(values, state, ref random);
            }

            // Deterministic transitions: the mean over actions is the operator's own. Five standard errors.
            var error = Math.Sqrt(samples.Select(sample => Math.Pow(sample - samples.Average(), 2)).Average() / samples.Length);
            Assert.InRange(samples.Average() - exact[state], -(5 * error) - 1e-12, (5 * error) + 1e-12);
        }
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void The_error_of_samples_is_that_of_all_trajectories_written_out(int steps, bool isStochastic)
    {
        var random = new RandomStream(22);
        var (mdp, behavior) = Draw(isStochastic, ref random);
        var rule = new GradientExpectileRule(0.8);
        var planning = new PlanningOperator(mdp, behavior, rule, steps);
        var (values, exact) = (Values(ref random), new double[5]);
        planning.Apply(values, exact);

        var squares = Enumerable.Range(0, 5).SelectMany(start => Trajectories(mdp, behavior, rule, values, start, steps).Select(sample => (Probability: sample.Probability / 5, Square: Math.Pow(sample.Best - exact[start], 2)))).ToList();
        Assert.Equal(1, squares.Sum(sample => sample.Probability), 1e-12);
        var truth = squares.Sum(sample => sample.Probability * sample.Square);
        var deviation = Math.Sqrt(squares.Sum(sample => sample.Probability * Math.Pow(sample.Square - truth, 2)));

        // Five standard errors.
        const int Count = 200_000;
        Assert.Equal(truth, planning.SampleError(values, Count, ref random), 5 * deviation / Math.Sqrt(Count));
    }

    [Fact]
    public void The_span_of_two_tables_is_what_no_constant_takes_away()
    {
        Assert.Equal(7, TabularIteration.Span([1, 2, 3], [0, -2, 6]), 1e-12);
        Assert.Equal(0, TabularIteration.Span([4, 5, 6], [1, 2, 3]), 1e-12);
    }

    [Fact]
    public void Noise_lifts_an_expectile_by_that_of_a_normal_variable_a_step_over_the_rest_discounted()
    {
        // One state and two actions that are alike: the larger of two normal variables lies 1 / sqrt(pi) deviations high, and the smaller as low. Between the two halves of a pair
        // the expectile stands at their weighted mean, (2 tau - 1) / sqrt(pi) above the middle.
        const double Expectile = 0.8;
        const double Noise = 0.5;
        const double Discount = 0.9;
        const int Iterations = 400_000;
        var mdp = new TabularMdp(1, 2, Discount, [1, 1], [1, 1]);
        var random = new RandomStream(23);

        var mean = TabularIteration.NoisyMean(mdp, TabularBehavior.Uniform(mdp), new ExpectileRule(Expectile), Noise, Iterations, ref random)[0];

        // The variance of one step's expectile is that of the weighted pair: with weights w and 1 - w of larger and smaller, 1 - 1/pi each and 1/pi together.
        var (w, both) = (Expectile, 1 / Math.PI);
        var variance = Noise * Noise * ((((w * w) + ((1 - w) * (1 - w))) * (1 - both)) + (2 * w * (1 - w) * both));
        var error = Math.Sqrt(variance / (Iterations / 2)) / (1 - Discount);
        Assert.Equal((1 + (Noise * ((2 * Expectile) - 1) / Math.Sqrt(Math.PI))) / (1 - Discount), mean, 5 * error);
    }

    [Fact]
    public void Where_nothing_is_left_to_chance_a_sample_is_the_operators_value()
    {
        var random = new RandomStream(19);
        var mdp = TabularMdp.Draw(new RandomMdpSettings { ActionCount = 1 }, ref random);
        var planning = new PlanningOperator(mdp, TabularBehavior.Uniform(mdp), new GradientExpectileRule(0.8), 7);
        var (values, exact) = (Values(ref random), new double[5]);
        planning.Apply(values, exact);

        Assert.All(Enumerable.Range(0, 5), state =>
        {
            var none = new RandomStream(1);
            Assert.Equal(exact[state], planning.Sample(values, state, ref none), 1e-12);
        });
        Assert.Equal(0, planning.SampleError(values, 50, ref random), 1e-20);
    }

    [Fact]
    public void Without_noise_the_noisy_iteration_is_the_iteration()
    {
        var random = new RandomStream(20);
        var (mdp, behavior) = Draw(isStochastic: false, ref random);
        var rule = new ExpectileRule(0.7);

        var mean = TabularIteration.NoisyMean(mdp, behavior, rule, 0, 600, ref random);

        Assert.True(TabularIteration.Distance(TabularIteration.FixedPoint(new OneStepOperator(mdp, behavior, rule)), mean) < 1e-9);
    }

    [Fact]
    public void Noise_leaves_the_mean_where_it_was_and_lifts_the_maximum()
    {
        var random = new RandomStream(21);
        var mdp = TabularMdp.Draw(new RandomMdpSettings(), ref random);
        var behavior = TabularBehavior.Uniform(mdp);
        var truth = TabularIteration.FixedPoint(new OneStepOperator(mdp, behavior, MeanRule.Instance));

        var means = TabularIteration.NoisyMean(mdp, behavior, MeanRule.Instance, 0.5, 20_000, ref random);
        var maxima = TabularIteration.NoisyMean(mdp, behavior, MaximumRule.Instance, 0.5, 20_000, ref random);

        // A noise of 0.5 / sqrt(3) a state and step, summed with weights that come to 10, over 10,000 steps: far below 0.1 at five deviations, as no two states share noise.
        Assert.True(TabularIteration.Distance(truth, means) < 0.15);
        Assert.All(maxima.Zip(mdp.OptimalValues()), pair => Assert.True(pair.First > pair.Second + 1));
    }

    private static (TabularMdp Mdp, TabularBehavior Behavior) Draw(bool isStochastic, ref RandomStream random)
    {
        var mdp = TabularMdp.Draw(new RandomMdpSettings { IsStochastic = isStochastic }, ref random);
        var behavior = TabularBehavior.Softmax(mdp, mdp.ActionValues(mdp.OptimalValues()), 0.1 + random.NextDouble());
        return (mdp, random.NextInt32(2) == 0 ? behavior : behavior.Without(0));
    }

    private static double[] Values(ref RandomStream random)
    {
        var scale = Math.Pow(10, (3 * random.NextDouble()) - 1);
        var values = new double[5];
        foreach (ref var value in values.AsSpan())
        {
            value = scale * random.NextNormal();
        }

        return values;
    }

    // Every trajectory of the behaviour with its probability, and the best of its rollouts.
    private static IEnumerable<(double Probability, double Best)> Trajectories(TabularMdp mdp, TabularBehavior behavior, IBackupRule rule, double[] values, int state, int steps)
    {
        for (var action = 0; action < mdp.ActionCount; action++)
        {
            var reward = mdp.Reward(state, action);
            for (var next = 0; next < mdp.StateCount; next++)
            {
                var probability = behavior.In(state)[action] * mdp.Transition(state, action)[next];
                if (probability == 0)
                {
                    continue;
                }

                var here = rule.Combine(values[state], [reward + (mdp.Discount * values[next])], [1]);
                var rest = steps == 1 ? [(1.0, double.NegativeInfinity)] : Trajectories(mdp, behavior, rule, values, next, steps - 1);
                foreach (var (onward, best) in rest)
                {
                    yield return (probability * onward, Math.Max(here, reward + (mdp.Discount * best)));
                }
            }
        }
    }

    private static double Tree(TabularMdp mdp, TabularBehavior behavior, IBackupRule rule, double[] values, int state, int steps)
    {
        var probabilities = behavior.In(state).ToArray();
        double Action(int action, Func<int, double> next) =>
            mdp.Reward(state, action) + (mdp.Discount * mdp.Transition(state, action).ToArray().Select((p, to) => p * next(to)).Sum());
        return steps == 1
            ? rule.Combine(values[state], [.. Enumerable.Range(0, probabilities.Length).Select(action => Action(action, to => values[to]))], probabilities)
            : probabilities.Select((p, action) => p * Action(action, to => Tree(mdp, behavior, rule, values, to, steps - 1))).Sum();
    }
}
