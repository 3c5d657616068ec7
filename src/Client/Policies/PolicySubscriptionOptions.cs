using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>How a <see cref="PolicySubscription"/> waits.</summary>
public sealed record PolicySubscriptionOptions
{
    /// <summary>Gets how long one question for a newer version waits at the grain; more than 0, and below the host's response timeout. Default 10 s.</summary>
    public TimeSpan PollWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how long to wait before asking again after a failed question; more than 0. Default 1 s.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(PollWait > TimeSpan.Zero, "policy.poll_wait", "more than 0 s", PollWait);
        InvalidExperienceException.ThrowUnless(RetryPause > TimeSpan.Zero, "policy.retry_pause", "more than 0 s", RetryPause);
    }
}
