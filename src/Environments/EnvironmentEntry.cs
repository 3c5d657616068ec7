using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>A task that the registry knows: what it is, and how to make it.</summary>
public sealed class EnvironmentEntry
{
    private readonly Func<IEnvironment> _create;
    private readonly Func<int?, double> _successReturn;
    private readonly Func<string?> _unavailable;

    /// <summary>Initializes an entry.</summary>
    /// <param name="spec">The task with the limit that it has unless a caller asks for another.</param>
    /// <param name="create">Makes the task without a limit.</param>
    /// <param name="successReturn">Says which return means success under a limit.</param>
    /// <param name="unavailable">Says what this machine lacks for the task, with the remedy, or null; asked only when somebody wants to know.</param>
    internal EnvironmentEntry(EnvironmentSpec spec, Func<IEnvironment> create, Func<int?, double> successReturn, Func<string?>? unavailable = null)
    {
        Spec = spec with { SuccessReturn = successReturn(spec.MaxEpisodeSteps) };
        _create = create;
        _successReturn = successReturn;
        _unavailable = unavailable ?? (static () => null);
    }

    /// <summary>Gets what this machine lacks for the task, with the remedy; null where it can be made.</summary>
    public string? UnavailableReason => _unavailable();

    /// <summary>Gets the task as <see cref="Create()"/> makes it.</summary>
    public EnvironmentSpec Spec { get; }

    /// <summary>Makes the task with its own limit.</summary>
    /// <returns>A new environment, as if seeded with 0.</returns>
    /// <exception cref="EnvironmentUnavailableException">This machine lacks something that the task needs.</exception>
    public IEnvironment Create() => Limited(Spec);

    /// <summary>Makes the task with another limit.</summary>
    /// <param name="maxEpisodeSteps">The number of steps after which an episode is truncated, at least 1; null for no limit.</param>
    /// <returns>A new environment, as if seeded with 0.</returns>
    /// <exception cref="InvalidExperienceException">The limit is below 1.</exception>
    /// <exception cref="EnvironmentUnavailableException">This machine lacks something that the task needs.</exception>
    public IEnvironment Create(int? maxEpisodeSteps) => Limited(SpecWith(maxEpisodeSteps));

    /// <summary>Says what the task is with another limit.</summary>
    /// <param name="maxEpisodeSteps">The limit, at least 1; null for none.</param>
    /// <returns>The spec; the random policy's success is left out where the limit is not the task's own.</returns>
    public EnvironmentSpec SpecWith(int? maxEpisodeSteps) => maxEpisodeSteps == Spec.MaxEpisodeSteps
        ? Spec
        : Spec with { MaxEpisodeSteps = maxEpisodeSteps, SuccessReturn = _successReturn(maxEpisodeSteps), RandomSuccess = null };

    private IEnvironment Limited(EnvironmentSpec spec)
    {
        if (UnavailableReason is { } reason)
        {
            throw new EnvironmentUnavailableException(Spec.Name, reason);
        }

        return spec.MaxEpisodeSteps is null ? _create() : new TimeLimit(_create(), spec);
    }
}
