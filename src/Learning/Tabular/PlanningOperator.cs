using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>
/// VEM's operator (arXiv:2110.09796): <c>max over n = 1..n_max of (T^mu)^(n-1) T_tau V</c>, the best of following the behaviour for some steps
/// before the one-step operator. For expectiles of 0.5 and above it has that operator's fixed point and reaches it faster.
/// </summary>
/// <remarks>Its form is recalled, and that of the authors' toy code. The claim on its fixed point is recalled too; <c>memoryrl experiment vem-random-mdp</c> measures it.</remarks>
public sealed class PlanningOperator : ITabularOperator
{
    private readonly TabularBehavior _behavior;
    private readonly IBackupRule _rule;
    private readonly OneStepOperator _oneStep;
    private readonly OneStepOperator _evaluation;
    private readonly int _maxSteps;

    /// <summary>Initializes an operator.</summary>
    /// <param name="mdp">The process.</param>
    /// <param name="behavior">The behaviour that is followed.</param>
    /// <param name="rule">The rule of the one-step operator.</param>
    /// <param name="maxSteps">The longest rollout <c>n_max</c>, at least 1.</param>
    /// <exception cref="InvalidExperienceException">The rollout is too short.</exception>
    public PlanningOperator(TabularMdp mdp, TabularBehavior behavior, IBackupRule rule, int maxSteps)
    {
        InvalidExperienceException.ThrowUnless(maxSteps >= 1, "max_steps", "1 or more steps", maxSteps);
        (Mdp, _behavior, _rule, _maxSteps) = (mdp, behavior, rule, maxSteps);
        _oneStep = new OneStepOperator(mdp, behavior, rule);
        _evaluation = new OneStepOperator(mdp, behavior, MeanRule.Instance);
    }

    /// <inheritdoc/>
    public TabularMdp Mdp { get; }

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> values, Span<double> result)
    {
        Span<double> rollout = stackalloc double[Mdp.StateCount];
        Span<double> longer = stackalloc double[Mdp.StateCount];
        _oneStep.Apply(values, rollout);
        rollout.CopyTo(result);
        for (var steps = 2; steps <= _maxSteps; steps++)
        {
            _evaluation.Apply(rollout, longer);
            longer.CopyTo(rollout);
            for (var state = 0; state < result.Length; state++)
            {
                result[state] = Math.Max(result[state], rollout[state]);
            }
        }
    }

    /// <summary>Estimates the operator's value of a state from one trajectory of the behaviour, as a learner with one sample has to; defined as in the authors' toy code.</summary>
    /// <param name="values">A value of every state, <c>[S]</c>.</param>
    /// <param name="state">Where the trajectory starts.</param>
    /// <param name="random">What it is drawn from.</param>
    /// <returns>The largest of the rollouts of 1 to <c>n_max</c> steps: the rewards before, and the rule's value at the last step from what happened there.</returns>
    public double Sample(ReadOnlySpan<double> values, int state, ref RandomStream random)
    {
        var (best, rewards, weight) = (double.NegativeInfinity, 0.0, 1.0);
        for (var steps = 1; steps <= _maxSteps; steps++)
        {
            var action = _behavior.Act(state, ref random);
            var next = Mdp.Step(state, action, ref random);
            var reward = Mdp.Reward(state, action);
            best = Math.Max(best, rewards + (weight * _rule.Combine(values[state], [reward + (Mdp.Discount * values[next])], [1])));
            rewards += weight * reward;
            weight *= Mdp.Discount;
            state = next;
        }

        return best;
    }

    /// <summary>Measures how far single trajectories' estimates lie from the operator's values, over trajectories that start anywhere alike.</summary>
    /// <param name="values">A value of every state, <c>[S]</c>.</param>
    /// <param name="trajectories">The number of trajectories, at least 1.</param>
    /// <param name="random">What they are drawn from.</param>
    /// <returns>The mean of <c>(sample - (T V)(s_0))^2</c>: variance, and the bias that the maximum over samples has, together.</returns>
    public double SampleError(ReadOnlySpan<double> values, int trajectories, ref RandomStream random)
    {
        InvalidExperienceException.ThrowUnless(trajectories >= 1, "trajectories", "1 or more", trajectories);
        var exact = new double[Mdp.StateCount];
        Apply(values, exact);
        var sum = 0.0;
        for (var i = 0; i < trajectories; i++)
        {
            var start = random.NextInt32(Mdp.StateCount);
            var difference = Sample(values, start, ref random) - exact[start];
            sum += difference * difference;
        }

        return sum / trajectories;
    }
}
