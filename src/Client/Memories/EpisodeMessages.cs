using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client;

/// <summary>Turns Core's episodes and batches into messages and back; the bytes are shared, never copied.</summary>
internal static class EpisodeMessages
{
    /// <summary>Wraps an episode for its way to a memory.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="agentId">The agent that acted.</param>
    /// <returns>The message.</returns>
    public static EpisodeMessage ToMessage(this Episode episode, string agentId) => new(
        episode.Id,
        agentId,
        episode.End == EpisodeEnd.Terminated,
        (int)EpisodeOutcome.Undecided,
        new Columns(ColumnsKind.Episode, episode.Spec.Fingerprint, episode.Length, episode.Data));

    /// <summary>Unwraps an episode, checking it as at any other door.</summary>
    /// <param name="message">The message.</param>
    /// <param name="spec">The memory's spec.</param>
    /// <returns>The episode with its agent and outcome.</returns>
    /// <exception cref="InvalidExperienceException">The message holds something else, or another spec's episode.</exception>
    public static AgentEpisode ToEpisode(this EpisodeMessage message, ExperienceSpec spec)
    {
        Check(message.Steps, ColumnsKind.Episode, spec);
        var end = message.Terminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;
        return new AgentEpisode(Episode.FromBuffer(spec, message.EpisodeId, end, message.Steps.Count, message.Steps.Data), message.AgentId, (EpisodeOutcome)message.Outcome);
    }

    /// <summary>Unwraps a batch of transitions.</summary>
    /// <param name="columns">The message.</param>
    /// <param name="spec">The memory's spec.</param>
    /// <returns>The batch.</returns>
    /// <exception cref="InvalidExperienceException">The message holds something else, or another spec's transitions.</exception>
    public static TransitionBatch ToTransitions(this Columns columns, ExperienceSpec spec)
    {
        Check(columns, ColumnsKind.Transitions, spec);
        return TransitionBatch.FromBuffer(spec, columns.Count, columns.Data);
    }

    /// <summary>Unwraps a batch of sequences.</summary>
    /// <param name="columns">The message.</param>
    /// <param name="spec">The memory's spec.</param>
    /// <param name="length">The number of steps of each sequence.</param>
    /// <returns>The batch.</returns>
    /// <exception cref="InvalidExperienceException">The message holds something else, or another spec's sequences.</exception>
    public static SequenceBatch ToSequences(this Columns columns, ExperienceSpec spec, int length)
    {
        Check(columns, ColumnsKind.Sequences, spec);
        return SequenceBatch.FromBuffer(spec, columns.Count, length, columns.Data);
    }

    /// <summary>Checks what a message claims to hold.</summary>
    /// <param name="columns">The message.</param>
    /// <param name="kind">What it should hold.</param>
    /// <param name="spec">The memory's spec.</param>
    /// <exception cref="InvalidExperienceException">The message holds something else, or is of another spec.</exception>
    public static void Check(Columns columns, ColumnsKind kind, ExperienceSpec spec)
    {
        InvalidExperienceException.ThrowUnless(columns.Kind == kind, "message.kind", kind.ToString(), columns.Kind);
        if (columns.Fingerprint != spec.Fingerprint)
        {
            throw new InvalidExperienceException("message.spec", $"fingerprint {spec.Fingerprint:x16}", $"{columns.Fingerprint:x16}");
        }
    }
}
