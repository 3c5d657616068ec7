namespace MemoryRL.Core;

/// <summary>An episode with what a memory knows about it beside its steps.</summary>
/// <param name="Episode">The steps.</param>
/// <param name="AgentId">The agent that acted, not empty.</param>
/// <param name="Outcome">What the episode came to; <see cref="EpisodeOutcome.Undecided"/> until somebody has decided it.</param>
public readonly record struct AgentEpisode(Episode Episode, string AgentId, EpisodeOutcome Outcome = EpisodeOutcome.Undecided)
{
    /// <summary>Checks the episode against the spec of the store that it is given to.</summary>
    /// <param name="spec">The store's spec.</param>
    /// <exception cref="InvalidExperienceException">Another spec, no agent or an unknown outcome; the message names it.</exception>
    internal void Check(ExperienceSpec spec)
    {
        InvalidExperienceException.ThrowUnless(Episode is not null, "episode", "an episode", Episode);
        InvalidExperienceException.ThrowUnless(
            ReferenceEquals(Episode.Spec, spec) || Episode.Spec.Fingerprint == spec.Fingerprint, "episode.spec", $"{spec}", Episode.Spec);
        InvalidExperienceException.ThrowUnless(!string.IsNullOrEmpty(AgentId), "episode.agent_id", "an id that is not empty", AgentId ?? "null");
        InvalidExperienceException.ThrowUnless(Enum.IsDefined(Outcome), "episode.outcome", "Undecided, Success or Failure", Outcome);
    }
}
