using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>Replays a policy for a number of episodes over threads, each with environments and a policy of its own.</summary>
/// <remarks>
/// Every episode has random streams of its own and every agent's choice depends on its own row alone, so the result is the same for any number of
/// threads, episode by episode; threads take the next episode when they have room, so that long episodes hold nobody up.
/// </remarks>
public static class ParallelEvaluation
{
    /// <summary>Runs the episodes.</summary>
    /// <param name="createEnvironment">Makes an environment; its task has a limit of steps. Called by one thread.</param>
    /// <param name="createPolicy">Makes the policy, the same each time: once for each thread. Called by one thread; the policies are disposed of.</param>
    /// <param name="options">How many episodes, the threads and the seed; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the run between two steps.</param>
    /// <returns>How the policy did.</returns>
    /// <exception cref="InvalidExperienceException">An option is not allowed, or the task has no limit, so that an episode may never end.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static EvaluationResult Run(Func<IEnvironment> createEnvironment, Func<IPolicy> createPolicy, EvaluationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(createEnvironment);
        ArgumentNullException.ThrowIfNull(createPolicy);
        options ??= new EvaluationOptions();
        options.Validate();
        var plan = new EvaluationPlan(options);
        var policies = new List<IPolicy>();
        try
        {
            var threads = Math.Min(options.ThreadCount, options.Episodes);
            var perThread = Math.Max(1, Math.Min(options.EnvironmentCount, options.Episodes) / threads);
            var slots = new EvaluationSlots[threads];
            for (var i = 0; i < threads; i++)
            {
                policies.Add(createPolicy());
                slots[i] = new EvaluationSlots(createEnvironment, plan, perThread);
            }

            Play(slots, policies, cancellationToken);
            return plan.Summarize(policies[0].Version);
        }
        finally
        {
            policies.ForEach(policy => policy.Dispose());
        }
    }

    private static void Play(EvaluationSlots[] slots, List<IPolicy> policies, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var failures = new Exception?[slots.Length];
        var threads = Enumerable.Range(1, slots.Length - 1).Select(i => new Thread(() => failures[i] = PlayOne(slots[i], policies[i], stop)) { IsBackground = true, Name = $"evaluation {i}" }).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        failures[0] = PlayOne(slots[0], policies[0], stop);
        Array.ForEach(threads, thread => thread.Join());

        // A failure of one thread cancels the others: the failure is what the caller hears of.
        if ((failures.FirstOrDefault(failure => failure is not null and not OperationCanceledException) ?? failures.FirstOrDefault(failure => failure is not null)) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Nothing may leave a thread: whatever went wrong is thrown by the caller's.")]
    private static Exception? PlayOne(EvaluationSlots slots, IPolicy policy, CancellationTokenSource stop)
    {
        try
        {
            slots.Play(policy, stop.Token);
            return null;
        }
        catch (Exception error)
        {
            stop.Cancel();
            return error;
        }
    }
}
