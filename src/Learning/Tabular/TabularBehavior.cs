using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>A behaviour policy as a table: the probability <c>mu(a | s)</c> of every action in every state.</summary>
public sealed class TabularBehavior
{
    private readonly int _actionCount;
    private readonly double[] _probabilities;

    private TabularBehavior(int actionCount, double[] probabilities) => (_actionCount, _probabilities) = (actionCount, probabilities);

    /// <summary>Makes the behaviour that prefers nothing.</summary>
    /// <param name="mdp">The process.</param>
    /// <returns>The behaviour.</returns>
    public static TabularBehavior Uniform(TabularMdp mdp)
    {
        var probabilities = new double[mdp.StateCount * mdp.ActionCount];
        Array.Fill(probabilities, 1.0 / mdp.ActionCount);
        return new TabularBehavior(mdp.ActionCount, probabilities);
    }

    /// <summary>Makes a behaviour that prefers actions by their values.</summary>
    /// <param name="mdp">The process.</param>
    /// <param name="actionValues">The value of every state and action, <c>[S, A]</c>.</param>
    /// <param name="temperature">How far apart values must be to matter, above 0: near 0 the best action is always chosen.</param>
    /// <returns>The behaviour <c>softmax(Q(s, .) / temperature)</c>.</returns>
    /// <exception cref="InvalidExperienceException">The temperature is not above 0, or there are too few or too many values.</exception>
    public static TabularBehavior Softmax(TabularMdp mdp, ReadOnlySpan<double> actionValues, double temperature)
    {
        InvalidExperienceException.ThrowUnless(temperature > 0, "behavior.temperature", "a number above 0", temperature);
        InvalidExperienceException.ThrowUnless(actionValues.Length == mdp.StateCount * mdp.ActionCount, "behavior.action_values", $"{mdp.StateCount * mdp.ActionCount} numbers", actionValues.Length);
        var probabilities = new double[actionValues.Length];
        for (var start = 0; start < probabilities.Length; start += mdp.ActionCount)
        {
            SoftmaxWeights.Compute(actionValues.Slice(start, mdp.ActionCount), temperature, probabilities.AsSpan(start, mdp.ActionCount));
        }

        return new TabularBehavior(mdp.ActionCount, probabilities);
    }

    /// <summary>Makes this behaviour without one of its actions: what the best policy needs may then be missing from its data.</summary>
    /// <param name="action">The action that is never chosen.</param>
    /// <returns>The behaviour, the other actions' probabilities in the proportions that they had.</returns>
    /// <exception cref="InvalidExperienceException">A state has no other action.</exception>
    public TabularBehavior Without(int action)
    {
        var probabilities = (double[])_probabilities.Clone();
        for (var start = 0; start < probabilities.Length; start += _actionCount)
        {
            var rest = 1 - probabilities[start + action];
            InvalidExperienceException.ThrowUnless(rest > 0, "behavior.action", "one beside which there is another with a probability above 0", action);
            for (var i = 0; i < _actionCount; i++)
            {
                probabilities[start + i] = i == action ? 0 : probabilities[start + i] / rest;
            }
        }

        return new TabularBehavior(_actionCount, probabilities);
    }

    /// <summary>Gets the probabilities of the actions in a state.</summary>
    /// <param name="state">The state.</param>
    /// <returns><c>mu(. | s)</c>, <c>[A]</c>.</returns>
    public ReadOnlySpan<double> In(int state) => _probabilities.AsSpan(state * _actionCount, _actionCount);

    /// <summary>Draws an action.</summary>
    /// <param name="state">The state.</param>
    /// <param name="random">What it is drawn from.</param>
    /// <returns>The action.</returns>
    public int Act(int state, ref RandomStream random) => Draw(In(state), ref random);

    /// <summary>Draws a place of a table by its probabilities.</summary>
    /// <param name="probabilities">The probabilities, which sum to 1.</param>
    /// <param name="random">What it is drawn from.</param>
    /// <returns>The place, never one of probability 0.</returns>
    internal static int Draw(ReadOnlySpan<double> probabilities, ref RandomStream random)
    {
        var (rest, last) = (random.NextDouble(), 0);
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] > 0)
            {
                last = i;
                rest -= probabilities[i];
                if (rest < 0)
                {
                    break;
                }
            }
        }

        return last;
    }
}
