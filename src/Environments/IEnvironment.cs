using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>
/// A task in Gymnasium's sense: one agent, one episode at a time, over bytes that the caller owns, so that a step allocates nothing.
/// </summary>
/// <remarks>
/// Everything random comes from the environment's own <see cref="RandomStream"/>: the same seed and the same actions give the same episodes.
/// Not safe for two threads at once. The contract is Gymnasium's <c>Env</c> (https://gymnasium.farama.org/api/env/), without its info
/// dictionary.
/// </remarks>
public interface IEnvironment
{
    /// <summary>Gets what the task is: its spaces, limit and definition of success.</summary>
    EnvironmentSpec Spec { get; }

    /// <summary>Gets the task itself under any wrapper, such as a limit of steps.</summary>
    IEnvironment Unwrapped => this;

    /// <summary>Gives the environment its random stream; one that was never seeded goes on from <c>new RandomStream(0)</c>.</summary>
    /// <param name="random">The stream; the environment keeps its own copy.</param>
    void Seed(RandomStream random);

    /// <summary>Starts an episode, whether the one before had ended or not.</summary>
    /// <param name="observation">Receives the first observation, <c>[...obsShape]</c> as bytes.</param>
    /// <exception cref="ArgumentException">The observation is shorter than the space says.</exception>
    void Reset(Span<byte> observation);

    /// <summary>Takes one step.</summary>
    /// <param name="action">The action, <c>[...actShape]</c> as bytes.</param>
    /// <param name="observation">Receives the observation after the step, also after the last one; may not overlap the action.</param>
    /// <returns>The reward, and whether the task ended or a limit cut the episode.</returns>
    /// <exception cref="InvalidExperienceException">The action is outside its space; the episode is where it was.</exception>
    /// <exception cref="InvalidOperationException">The episode has ended, or none was started: reset first.</exception>
    /// <exception cref="ArgumentException">The action or the observation is shorter than the space says.</exception>
    StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation);
}
