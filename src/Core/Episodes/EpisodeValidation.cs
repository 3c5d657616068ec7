namespace MemoryRL.Core;

/// <summary>The checks that every episode passes at the door: finite numbers, actions and observations inside their spaces.</summary>
internal static class EpisodeValidation
{
    /// <summary>Checks an episode.</summary>
    /// <param name="episode">The episode.</param>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the column and the step.</exception>
    public static void Check(Episode episode)
    {
        foreach (var reward in episode.Rewards)
        {
            InvalidExperienceException.ThrowUnless(float.IsFinite(reward), "episode.rewards", "finite numbers", reward);
        }
    }
}
