using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>How an <see cref="EpisodeWriter"/> batches, waits and holds credit.</summary>
public sealed record EpisodeWriterOptions
{
    /// <summary>Gets the most steps accepted and not yet acknowledged, at least 1: a longer episode is refused. Default 65,536.</summary>
    public long CreditSteps { get; init; } = 65_536;

    /// <summary>Gets the most episodes accepted and not yet acknowledged, at least 1. Default 4,096.</summary>
    public int CreditEpisodes { get; init; } = 4096;

    /// <summary>Gets how many episodes of an agent are sent in one call at most, at least 1. Default 32.</summary>
    public int BatchEpisodes { get; init; } = 32;

    /// <summary>Gets how many steps of an agent are sent in one call at most, at least 1; a longer episode goes alone. Default 1,024.</summary>
    public long BatchSteps { get; init; } = 1024;

    /// <summary>Gets how long an episode waits for others of its agent before it is sent; more than 0. Default 50 ms.</summary>
    public TimeSpan FlushPeriod { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Gets how long an append is tried before its episodes are given up and the writer fails; 0 or more. Default 5 minutes.</summary>
    public TimeSpan AppendDeadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets the longest wait asked of a grain in one call; more than 0, and below the host's response timeout. Default 5 s.</summary>
    public TimeSpan MaxCallWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long disposing waits for acknowledgements; 0 or more. Default 30 s.</summary>
    public TimeSpan DisposeDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how many ids of acknowledged episodes the ledger keeps, the newest; 0 or more. Default 16,384.</summary>
    public int LedgerCapacity { get; init; } = 16_384;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(CreditSteps >= 1, "writer.credit_steps", "1 or more steps", CreditSteps);
        InvalidExperienceException.ThrowUnless(CreditEpisodes >= 1, "writer.credit_episodes", "1 or more episodes", CreditEpisodes);
        InvalidExperienceException.ThrowUnless(BatchEpisodes >= 1, "writer.batch_episodes", "1 or more episodes", BatchEpisodes);
        InvalidExperienceException.ThrowUnless(BatchSteps >= 1, "writer.batch_steps", "1 or more steps", BatchSteps);
        InvalidExperienceException.ThrowUnless(FlushPeriod > TimeSpan.Zero, "writer.flush_period", "more than 0 s", FlushPeriod);
        InvalidExperienceException.ThrowUnless(AppendDeadline >= TimeSpan.Zero, "writer.append_deadline", "0 s or more", AppendDeadline);
        InvalidExperienceException.ThrowUnless(MaxCallWait > TimeSpan.Zero, "writer.max_call_wait", "more than 0 s", MaxCallWait);
        InvalidExperienceException.ThrowUnless(DisposeDeadline >= TimeSpan.Zero, "writer.dispose_deadline", "0 s or more", DisposeDeadline);
        InvalidExperienceException.ThrowUnless(LedgerCapacity >= 0, "writer.ledger_capacity", "0 or more ids", LedgerCapacity);
    }
}
