using MemoryRL.Core;

namespace MemoryRL.Grains;

/// <summary>What an agent's memory holds once it knows its memory's spec, and its form in a snapshot.</summary>
/// <param name="spec">The memory's spec.</param>
internal sealed class AgentMemory(MemorySpec spec)
{
    private const string EpisodesPrefix = "recent.";
    private const string OutcomePrefix = "outcome.";

    /// <summary>Gets the memory's spec.</summary>
    public MemorySpec Spec { get; } = spec;

    /// <summary>Gets the longest episode that is taken.</summary>
    public int MaxEpisodeSteps { get; } = ShardLimits.MaxEpisodeSteps(spec);

    /// <summary>Gets the agent's latest episodes.</summary>
    public RecentEpisodes Recent { get; } = new(spec.Experience, spec.AgentCapacitySteps);

    /// <summary>Gets what decides outcomes.</summary>
    public OutcomeDecisions Outcomes { get; } = new(spec.Outcome);

    /// <summary>Makes a snapshot.</summary>
    /// <returns>The file.</returns>
    public SafetensorsBuilder Save()
    {
        var content = new SafetensorsBuilder();
        EpisodeTable.Save(content, EpisodesPrefix, Spec.Experience, [.. Recent.TakeNewest(Recent.Count)]);
        Outcomes.Classifier.Save(content, OutcomePrefix);
        return content;
    }

    /// <summary>Restores a snapshot.</summary>
    /// <param name="content">What <see cref="Save"/> wrote.</param>
    /// <exception cref="SafetensorsFormatException">The file is damaged; the message names the fault.</exception>
    public void Restore(SafetensorsDocument content)
    {
        foreach (var episode in EpisodeTable.Load(content, EpisodesPrefix, Spec.Experience))
        {
            Recent.Add(episode);
            Outcomes.Remember(episode.Episode.Id, episode.Outcome);
        }

        Outcomes.Classifier.Restore(content, OutcomePrefix);
    }
}
