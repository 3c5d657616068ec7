using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>Truncates the episodes of another environment after a number of steps.</summary>
/// <remarks>
/// Gymnasium's <c>TimeLimit</c>, but for the last step allowed: where it also ends the task, the episode is terminated and not truncated,
/// since an episode ends in one way only (our choice).
/// </remarks>
public sealed class TimeLimit : IEnvironment
{
    private readonly IEnvironment _inner;
    private readonly int _maxEpisodeSteps;
    private int _stepsLeft;

    /// <summary>Initializes the limit.</summary>
    /// <param name="inner">The environment; nobody else steps it.</param>
    /// <param name="spec">What the limited task is; its <see cref="EnvironmentSpec.MaxEpisodeSteps"/> is the limit, at least 1.</param>
    /// <exception cref="InvalidExperienceException">There is no limit, or it is below 1.</exception>
    public TimeLimit(IEnvironment inner, EnvironmentSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        InvalidExperienceException.ThrowUnless(spec.MaxEpisodeSteps >= 1, "environment.max_episode_steps", "1 or more steps", spec.MaxEpisodeSteps);
        _inner = inner;
        _maxEpisodeSteps = spec.MaxEpisodeSteps.Value;
        Spec = spec;
    }

    /// <inheritdoc/>
    public EnvironmentSpec Spec { get; }

    /// <inheritdoc/>
    public IEnvironment Unwrapped => _inner.Unwrapped;

    /// <inheritdoc/>
    public void Seed(RandomStream random) => _inner.Seed(random);

    /// <inheritdoc/>
    public void Reset(Span<byte> observation)
    {
        _inner.Reset(observation);
        _stepsLeft = _maxEpisodeSteps;
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        ResetFirst.ThrowUnless(_stepsLeft > 0, Spec);

        var result = _inner.Step(action, observation);
        _stepsLeft = result.Terminated ? 0 : _stepsLeft - 1;
        return result.Terminated ? result : result with { Truncated = result.Truncated || _stepsLeft == 0 };
    }
}
