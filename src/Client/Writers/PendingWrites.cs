using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client;

/// <summary>An episode that was accepted and is neither acknowledged nor given up.</summary>
/// <param name="message">The episode.</param>
/// <param name="number">Its number in the order of acceptance.</param>
internal sealed class PendingEpisode(EpisodeMessage message, long number)
{
    public EpisodeMessage Message { get; } = message;

    public long Number { get; } = number;

    public int Steps => Message.Steps.Count;

    /// <summary>Gets or sets whether it was acknowledged or given up, so that a late answer counts no second time.</summary>
    public bool IsSettled { get; set; }
}

/// <summary>One agent's episodes, sent in order, one call at a time.</summary>
/// <param name="agentId">The agent.</param>
/// <param name="grain">The agent's memory.</param>
internal sealed class AgentQueue(string agentId, IAgentMemoryGrain grain)
{
    public string AgentId { get; } = agentId;

    public IAgentMemoryGrain Grain { get; } = grain;

    public Queue<PendingEpisode> Pending { get; } = new();

    /// <summary>Gets or sets the steps of the pending episodes.</summary>
    public long PendingSteps { get; set; }

    /// <summary>Gets the episodes of the call under way.</summary>
    public List<PendingEpisode> InFlight { get; } = [];

    public bool IsSending { get; set; }

    public bool IsAwaitingFlush { get; set; }

    /// <summary>Gets or sets whether everything pending goes out now, however few episodes it is.</summary>
    public bool IsFlushRequested { get; set; }
}

/// <summary>A write that waits for credit.</summary>
/// <param name="agentId">The agent.</param>
/// <param name="message">The episode.</param>
internal sealed class CreditWaiter(string agentId, EpisodeMessage message)
{
    public string AgentId { get; } = agentId;

    public EpisodeMessage Message { get; } = message;

    public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A flush that waits until every episode accepted before it is settled.</summary>
/// <param name="through">The number of the last of these episodes.</param>
/// <param name="remaining">How many of them are not settled.</param>
internal sealed class FlushWaiter(long through, int remaining)
{
    public long Through { get; } = through;

    public int Remaining { get; set; } = remaining;

    public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
