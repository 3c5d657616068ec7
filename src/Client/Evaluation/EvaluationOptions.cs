using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>How a policy is evaluated.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Gets the number of episodes, at least 1. Default 100.</summary>
    public int Episodes { get; init; } = 100;

    /// <summary>Gets the number of environments that are stepped together, over all threads, at least 1; it changes the time, never the result. Default 32.</summary>
    public int EnvironmentCount { get; init; } = 32;

    /// <summary>Gets the number of threads of <see cref="ParallelEvaluation"/>, at least 1; it changes the time, never the result. Default 1.</summary>
    public int ThreadCount { get; init; } = 1;

    /// <summary>Gets the seed: episode <c>i</c> has random streams of its own, whatever environment it runs in.</summary>
    public ulong Seed { get; init; }

    /// <summary>Gets how the policy chooses. Default greedy.</summary>
    public ActMode Mode { get; init; } = ActMode.Greedy;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(Episodes >= 1, "evaluation.episodes", "1 or more episodes", Episodes);
        InvalidExperienceException.ThrowUnless(EnvironmentCount >= 1, "evaluation.environment_count", "1 or more environments", EnvironmentCount);
        InvalidExperienceException.ThrowUnless(ThreadCount >= 1, "evaluation.thread_count", "1 or more threads", ThreadCount);
    }
}
