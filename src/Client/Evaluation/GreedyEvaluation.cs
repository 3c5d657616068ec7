using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>Replays a policy for a number of episodes over many environments, and says how it did with intervals.</summary>
/// <remarks>
/// The episodes are numbered before the first step, and each has random streams of its own: short episodes are not favoured, and the result does
/// not depend on how many environments share the work. <see cref="ParallelEvaluation"/> does the same over threads.
/// </remarks>
public static class GreedyEvaluation
{
    /// <summary>Runs the episodes on the calling thread.</summary>
    /// <param name="createEnvironment">Makes an environment; its task has a limit of steps.</param>
    /// <param name="policy">The policy; the calling thread owns it meanwhile.</param>
    /// <param name="options">How many episodes and the seed; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the run between two steps.</param>
    /// <returns>How the policy did.</returns>
    /// <exception cref="InvalidExperienceException">An option is not allowed, or the task has no limit, so that an episode may never end.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static EvaluationResult Run(Func<IEnvironment> createEnvironment, IPolicy policy, EvaluationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(createEnvironment);
        ArgumentNullException.ThrowIfNull(policy);
        options ??= new EvaluationOptions();
        options.Validate();
        var plan = new EvaluationPlan(options);
        new EvaluationSlots(createEnvironment, plan, Math.Min(options.EnvironmentCount, options.Episodes)).Play(policy, cancellationToken);
        return plan.Summarize(policy.Version);
    }
}
