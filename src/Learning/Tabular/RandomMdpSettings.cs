using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>How random Markov decision processes are drawn; the defaults are those of the toy experiment in VEM's official code.</summary>
public sealed record RandomMdpSettings
{
    /// <summary>Gets the number of states.</summary>
    /// <value>At least 1; the default is 5.</value>
    public int StateCount { get; init; } = 5;

    /// <summary>Gets the number of actions in every state.</summary>
    /// <value>At least 1; the default is 3.</value>
    public int ActionCount { get; init; } = 3;

    /// <summary>Gets the discount of a step.</summary>
    /// <value>In [0, 1); the default is 0.9.</value>
    public double Discount { get; init; } = 0.9;

    /// <summary>Gets whether a step may end in any state, with probabilities in proportion to what was drawn, rather than always in the likeliest.</summary>
    /// <value>The default is false.</value>
    public bool IsStochastic { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names it.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(StateCount >= 1, "mdp.state_count", "1 or more states", StateCount);
        InvalidExperienceException.ThrowUnless(ActionCount >= 1, "mdp.action_count", "1 or more actions", ActionCount);
        InvalidExperienceException.ThrowUnless(Discount is >= 0 and < 1, "mdp.discount", "0 or more, below 1", Discount);
    }
}
