using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>Turns messages into checked episodes and back; the steps' bytes are shared, never copied.</summary>
internal static class EpisodeMessages
{
    /// <summary>Checks the episodes of a request, every value of them.</summary>
    /// <param name="spec">The memory's spec.</param>
    /// <param name="request">The request.</param>
    /// <returns>The episodes, in order.</returns>
    /// <exception cref="InvalidInputException">The request or an episode's frame is not allowed.</exception>
    /// <exception cref="InvalidExperienceException">A value of an episode is not allowed.</exception>
    public static AgentEpisode[] Read(MemorySpec spec, AppendRequest request)
    {
        if (request.Episodes.IsDefaultOrEmpty)
        {
            throw new InvalidInputException("request.episodes", "1 or more episodes", "none");
        }

        var episodes = new AgentEpisode[request.Episodes.Length];
        for (var i = 0; i < episodes.Length; i++)
        {
            episodes[i] = Read(spec, request.Episodes[i]);
        }

        return episodes;
    }

    /// <summary>Makes the message of an episode.</summary>
    /// <param name="episode">The episode.</param>
    /// <returns>The message, over the same bytes.</returns>
    public static EpisodeMessage Write(in AgentEpisode episode) => new(
        episode.Episode.Id,
        episode.AgentId,
        episode.Episode.End == EpisodeEnd.Terminated,
        (int)episode.Outcome,
        new Columns(ColumnsKind.Episode, episode.Episode.Spec.Fingerprint, episode.Episode.Length, episode.Episode.Data));

    /// <summary>Makes the messages of episodes.</summary>
    /// <param name="episodes">The episodes.</param>
    /// <returns>The messages, in order.</returns>
    public static ImmutableArray<EpisodeMessage> Write(ReadOnlySpan<AgentEpisode> episodes)
    {
        var messages = new EpisodeMessage[episodes.Length];
        for (var i = 0; i < messages.Length; i++)
        {
            messages[i] = Write(episodes[i]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(messages);
    }

    /// <summary>Picks the messages of an outcome.</summary>
    /// <param name="messages">Messages of episodes.</param>
    /// <param name="outcome">The outcome.</param>
    /// <returns>Those of the outcome, in order: the same messages where all are.</returns>
    public static ImmutableArray<EpisodeMessage> Pick(ImmutableArray<EpisodeMessage> messages, EpisodeOutcome outcome)
    {
        var count = 0;
        foreach (ref readonly var message in messages.AsSpan())
        {
            count += message.Outcome == (int)outcome ? 1 : 0;
        }

        if (count == 0 || count == messages.Length)
        {
            return count == 0 ? [] : messages;
        }

        var picked = new EpisodeMessage[count];
        var next = 0;
        foreach (ref readonly var message in messages.AsSpan())
        {
            if (message.Outcome == (int)outcome)
            {
                picked[next++] = message;
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(picked);
    }

    /// <summary>Sums the steps of episodes.</summary>
    /// <param name="episodes">The episodes.</param>
    /// <returns>The number of their steps.</returns>
    public static long CountSteps(ReadOnlySpan<AgentEpisode> episodes)
    {
        var steps = 0L;
        foreach (ref readonly var episode in episodes)
        {
            steps += episode.Episode.Length;
        }

        return steps;
    }

    private static AgentEpisode Read(MemorySpec spec, in EpisodeMessage message)
    {
        var experience = spec.Experience;
        if (string.IsNullOrWhiteSpace(message.AgentId))
        {
            throw new InvalidInputException("episode.agent_id", "an agent's id", message.AgentId is null ? "null" : $"'{message.AgentId}'");
        }

        if (message.Steps.Kind != ColumnsKind.Episode)
        {
            throw new InvalidInputException("episode.steps.kind", nameof(ColumnsKind.Episode), message.Steps.Kind.ToString());
        }

        if (message.Steps.Fingerprint != experience.Fingerprint)
        {
            throw new InvalidInputException("episode.spec", $"the memory's spec {experience} (fingerprint {experience.Fingerprint:x16})", $"fingerprint {message.Steps.Fingerprint:x16}");
        }

        if (message.Steps.Count < 1 || message.Steps.Count > spec.MaxEpisodeSteps)
        {
            throw new InvalidInputException("episode.length", $"1 to {spec.MaxEpisodeSteps} steps", message.Steps.Count.ToString(CultureInfo.InvariantCulture));
        }

        var end = message.Terminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;
        return new AgentEpisode(Episode.FromBuffer(experience, message.EpisodeId, end, message.Steps.Count, message.Steps.Data), message.AgentId, (EpisodeOutcome)message.Outcome);
    }
}
