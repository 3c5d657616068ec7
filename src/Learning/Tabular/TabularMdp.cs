using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>A Markov decision process small enough to write down: rewards and transition probabilities as tables, without terminal states.</summary>
public sealed class TabularMdp
{
    private readonly double[] _rewards;
    private readonly double[] _transitions;

    /// <summary>Initializes a process.</summary>
    /// <param name="stateCount">The number of states <c>S</c>, at least 1.</param>
    /// <param name="actionCount">The number of actions <c>A</c>, at least 1.</param>
    /// <param name="discount">The discount of a step, in [0, 1).</param>
    /// <param name="rewards">The reward of every state and action, <c>[S, A]</c>, finite.</param>
    /// <param name="transitions">The probabilities of the next state, <c>[S, A, S]</c>; each row sums to 1.</param>
    /// <exception cref="InvalidExperienceException">A size, reward or probability is not allowed; the message names it.</exception>
    public TabularMdp(int stateCount, int actionCount, double discount, ReadOnlySpan<double> rewards, ReadOnlySpan<double> transitions)
    {
        new RandomMdpSettings { StateCount = stateCount, ActionCount = actionCount, Discount = discount }.Validate();
        InvalidExperienceException.ThrowUnless(rewards.Length == stateCount * actionCount, "mdp.rewards", $"{stateCount * actionCount} numbers", rewards.Length);
        InvalidExperienceException.ThrowUnless(transitions.Length == stateCount * actionCount * stateCount, "mdp.transitions", $"{stateCount * actionCount * stateCount} numbers", transitions.Length);
        foreach (var reward in rewards)
        {
            InvalidExperienceException.ThrowUnless(double.IsFinite(reward), "mdp.rewards", "finite numbers", reward);
        }

        for (var row = 0; row < rewards.Length; row++)
        {
            var sum = 0.0;
            foreach (var probability in transitions.Slice(row * stateCount, stateCount))
            {
                InvalidExperienceException.ThrowUnless(probability is >= 0 and <= 1, "mdp.transitions", "probabilities in [0, 1]", probability);
                sum += probability;
            }

            InvalidExperienceException.ThrowUnless(Math.Abs(sum - 1) < 1e-9, "mdp.transitions", "rows that sum to 1", sum);
        }

        (StateCount, ActionCount, Discount) = (stateCount, actionCount, discount);
        (_rewards, _transitions) = (rewards.ToArray(), transitions.ToArray());
    }

    /// <summary>Gets the number of states.</summary>
    public int StateCount { get; }

    /// <summary>Gets the number of actions in every state.</summary>
    public int ActionCount { get; }

    /// <summary>Gets the discount of a step.</summary>
    public double Discount { get; }

    /// <summary>Draws a process: rewards uniform in [0, 1), and for every state and action one uniform number a next state.</summary>
    /// <param name="settings">Sizes, discount, and whether the next state is drawn by those numbers or always the one with the largest.</param>
    /// <param name="random">What it is drawn from.</param>
    /// <returns>The process.</returns>
    /// <remarks>As <c>toy_example/VEM-toy.py</c> of the official code does.</remarks>
    /// <exception cref="InvalidExperienceException">A setting is not allowed; the message names it.</exception>
    public static TabularMdp Draw(RandomMdpSettings settings, ref RandomStream random)
    {
        settings.Validate();
        var rewards = new double[settings.StateCount * settings.ActionCount];
        foreach (ref var reward in rewards.AsSpan())
        {
            reward = random.NextDouble();
        }

        var transitions = new double[rewards.Length * settings.StateCount];
        for (var start = 0; start < transitions.Length; start += settings.StateCount)
        {
            var row = transitions.AsSpan(start, settings.StateCount);
            var (sum, likeliest) = (0.0, 0);
            for (var next = 0; next < row.Length; next++)
            {
                row[next] = random.NextDouble();
                sum += row[next];
                likeliest = row[next] > row[likeliest] ? next : likeliest;
            }

            for (var next = 0; next < row.Length; next++)
            {
                row[next] = settings.IsStochastic ? row[next] / sum : next == likeliest ? 1 : 0;
            }
        }

        return new TabularMdp(settings.StateCount, settings.ActionCount, settings.Discount, rewards, transitions);
    }

    /// <summary>Gets the reward of an action.</summary>
    /// <param name="state">The state.</param>
    /// <param name="action">The action.</param>
    /// <returns><c>r(s, a)</c>.</returns>
    public double Reward(int state, int action) => _rewards[(state * ActionCount) + action];

    /// <summary>Gets the probabilities of the next state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="action">The action.</param>
    /// <returns><c>P(. | s, a)</c>, <c>[S]</c>.</returns>
    public ReadOnlySpan<double> Transition(int state, int action) => _transitions.AsSpan(((state * ActionCount) + action) * StateCount, StateCount);

    /// <summary>Backs values up over one step.</summary>
    /// <param name="values">A value of every state, <c>[S]</c>.</param>
    /// <param name="state">The state.</param>
    /// <param name="backups">Receives <c>r(s, a) + discount * E V(s')</c> of every action, <c>[A]</c>.</param>
    public void Backup(ReadOnlySpan<double> values, int state, Span<double> backups)
    {
        for (var action = 0; action < ActionCount; action++)
        {
            var next = 0.0;
            var transition = Transition(state, action);
            for (var i = 0; i < transition.Length; i++)
            {
                next += transition[i] * values[i];
            }

            backups[action] = Reward(state, action) + (Discount * next);
        }
    }

    /// <summary>Computes the values of the best policy by value iteration.</summary>
    /// <returns><c>V*</c>, <c>[S]</c>, to 1e-12.</returns>
    public double[] OptimalValues() => TabularIteration.FixedPoint(new OneStepOperator(this, TabularBehavior.Uniform(this), MaximumRule.Instance), 1e-13);

    /// <summary>Computes the value of every action under values of the states.</summary>
    /// <param name="values">A value of every state, <c>[S]</c>.</param>
    /// <returns><c>r(s, a) + discount * E V(s')</c>, <c>[S, A]</c>: <c>Q*</c> where the values are <c>V*</c>.</returns>
    public double[] ActionValues(ReadOnlySpan<double> values)
    {
        var actionValues = new double[StateCount * ActionCount];
        for (var state = 0; state < StateCount; state++)
        {
            Backup(values, state, actionValues.AsSpan(state * ActionCount, ActionCount));
        }

        return actionValues;
    }

    /// <summary>Draws the next state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="action">The action.</param>
    /// <param name="random">What it is drawn from.</param>
    /// <returns>The next state.</returns>
    public int Step(int state, int action, ref RandomStream random) => TabularBehavior.Draw(Transition(state, action), ref random);
}
