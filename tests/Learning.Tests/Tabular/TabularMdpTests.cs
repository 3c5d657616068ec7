using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

public sealed class TabularMdpTests
{
    [Fact]
    public void Random_processes_have_rewards_below_one_and_one_next_state()
    {
        var random = new RandomStream(3);
        var mdp = TabularMdp.Draw(new RandomMdpSettings(), ref random);

        Assert.Equal((5, 3, 0.9), (mdp.StateCount, mdp.ActionCount, mdp.Discount));
        foreach (var (state, action) in Pairs(mdp))
        {
            Assert.InRange(mdp.Reward(state, action), 0, 1);
            Assert.Equal([0, 0, 0, 0, 1], mdp.Transition(state, action).ToArray().Order());
        }
    }

    [Fact]
    public void Stochastic_processes_reach_every_state_from_the_same_draws()
    {
        var (random, again) = (new RandomStream(3), new RandomStream(3));
        var deterministic = TabularMdp.Draw(new RandomMdpSettings(), ref random);
        var stochastic = TabularMdp.Draw(new RandomMdpSettings { IsStochastic = true }, ref again);

        foreach (var (state, action) in Pairs(stochastic))
        {
            var row = stochastic.Transition(state, action).ToArray();
            Assert.Equal(1, row.Sum(), 1e-12);
            Assert.DoesNotContain(0, row);
            Assert.Equal(deterministic.Transition(state, action).IndexOf(1), Array.IndexOf(row, row.Max()));
            Assert.Equal(deterministic.Reward(state, action), stochastic.Reward(state, action));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Optimal_values_are_those_of_the_best_of_all_policies(bool isStochastic)
    {
        var random = new RandomStream(4);
        var mdp = TabularMdp.Draw(new RandomMdpSettings { StateCount = 4, IsStochastic = isStochastic }, ref random);
        var best = new double[4];
        Array.Fill(best, double.NegativeInfinity);
        for (var policy = 0; policy < 81; policy++)
        {
            int[] actions = [policy % 3, policy / 3 % 3, policy / 9 % 3, policy / 27];
            var values = Evaluate(mdp, actions);
            best = [.. best.Zip(values, Math.Max)];
        }

        Assert.True(TabularIteration.Distance(best, mdp.OptimalValues()) < 1e-10);
    }

    [Fact]
    public void A_preference_grows_with_the_values_and_a_ban_leaves_the_others_in_proportion()
    {
        var random = new RandomStream(5);
        var mdp = TabularMdp.Draw(new RandomMdpSettings { StateCount = 1 }, ref random);

        var behavior = TabularBehavior.Softmax(mdp, [1.0, 2.0, 3.0], 0.5);
        var banned = behavior.Without(0);

        Assert.Equal(Math.Exp(2), behavior.In(0)[1] / behavior.In(0)[0], 1e-9);
        Assert.Equal(1, behavior.In(0).ToArray().Sum(), 1e-12);
        Assert.Equal(0, banned.In(0)[0]);
        Assert.Equal(behavior.In(0)[2] / behavior.In(0)[1], banned.In(0)[2] / banned.In(0)[1], 1e-9);
        Assert.Equal(1, banned.In(0).ToArray().Sum(), 1e-12);
    }

    [Fact]
    public void Actions_and_next_states_are_drawn_as_often_as_they_are_probable()
    {
        var random = new RandomStream(6);
        var mdp = TabularMdp.Draw(new RandomMdpSettings { StateCount = 3, IsStochastic = true }, ref random);
        var behavior = TabularBehavior.Softmax(mdp, mdp.ActionValues(mdp.OptimalValues()), 1).Without(1);
        var (actions, states) = (new int[3], new int[3]);

        for (var i = 0; i < 90_000; i++)
        {
            actions[behavior.Act(2, ref random)]++;
            states[mdp.Step(1, 2, ref random)]++;
        }

        // Five standard deviations of a share of 90,000 draws are below 0.0084.
        Assert.Equal(0, actions[1]);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(behavior.In(2)[i], actions[i] / 90_000.0, 0.0084));
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(mdp.Transition(1, 2)[i], states[i] / 90_000.0, 0.0084));
    }

    [Fact]
    public void Tables_that_are_no_process_are_refused_by_name()
    {
        Assert.Equal("mdp.rewards", Assert.Throws<InvalidExperienceException>(() => new TabularMdp(1, 2, 0.9, [1.0], [1.0, 1.0])).Field);
        Assert.Equal("mdp.rewards", Assert.Throws<InvalidExperienceException>(() => new TabularMdp(1, 1, 0.9, [double.NaN], [1.0])).Field);
        Assert.Equal("mdp.transitions", Assert.Throws<InvalidExperienceException>(() => new TabularMdp(1, 1, 0.9, [1.0], [0.5])).Field);
        Assert.Equal("mdp.transitions", Assert.Throws<InvalidExperienceException>(() => new TabularMdp(1, 1, 0.9, [1.0], [1.0, 0.0])).Field);
        Assert.Equal("mdp.discount", Assert.Throws<InvalidExperienceException>(() => new TabularMdp(1, 1, 1, [1.0], [1.0])).Field);
    }

    private static IEnumerable<(int State, int Action)> Pairs(TabularMdp mdp) =>
        from state in Enumerable.Range(0, mdp.StateCount) from action in Enumerable.Range(0, mdp.ActionCount) select (state, action);

    // (I - discount P) V = r by Gaussian elimination.
    private static double[] Evaluate(TabularMdp mdp, int[] actions)
    {
        var count = mdp.StateCount;
        var rows = Enumerable.Range(0, count).Select(state =>
            mdp.Transition(state, actions[state]).ToArray().Select((p, next) => (next == state ? 1 : 0) - (mdp.Discount * p)).Append(mdp.Reward(state, actions[state])).ToArray()).ToArray();
        for (var pivot = 0; pivot < count; pivot++)
        {
            foreach (var row in Enumerable.Range(0, count).Where(row => row != pivot))
            {
                var factor = rows[row][pivot] / rows[pivot][pivot];
                rows[row] = [.. rows[row].Zip(rows[pivot], (own, other) => own - (factor * other))];
            }
        }

        return [.. Enumerable.Range(0, count).Select(state => rows[state][count] / rows[state][state])];
    }
}
