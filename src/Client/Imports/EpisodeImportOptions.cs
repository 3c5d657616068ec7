using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>How recorded episodes are brought into a memory.</summary>
public sealed record EpisodeImportOptions
{
    /// <summary>Gets the agent id that the episodes are kept under. Default <c>import</c>.</summary>
    public string AgentId { get; init; } = "import";

    /// <summary>Gets how many steps go to a shard in one call, at least 1; a longer episode goes alone. Default 16,384.</summary>
    public long BatchSteps { get; init; } = 16_384;

    /// <summary>Gets how long a call is tried while the memory takes no more. Default 5 minutes.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(!string.IsNullOrEmpty(AgentId), "import.agent_id", "a name", AgentId);
        InvalidExperienceException.ThrowUnless(BatchSteps >= 1, "import.batch_steps", "1 or more steps", BatchSteps);
        InvalidExperienceException.ThrowUnless(Deadline >= TimeSpan.Zero, "import.deadline", "0 s or more", Deadline);
    }
}
