using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>How a D4RL file is read.</summary>
public sealed record D4rlReaderOptions
{
    /// <summary>Gets what a step is made of; null to take it from the file.</summary>
    /// <remarks>
    /// Taken from the file, observations and actions are float32 boxes (images uint8, single whole numbers discrete), actions in [-1, 1] where
    /// all of them keep to it and unbounded otherwise, and each array of <c>infos</c> an extra column. Files of ours keep their spec.
    /// </remarks>
    public ExperienceSpec? Spec { get; init; }

    /// <summary>Gets the task's step limit, at which episodes of files without <c>timeouts</c> are cut; null where only terminal rows end them.</summary>
    public int? MaxEpisodeSteps { get; init; }

    /// <summary>Gets what becomes of the last step of an episode.</summary>
    public D4rlRule Rule { get; init; } = D4rlRule.Sequences;

    /// <summary>Gets whether a spec taken from the file has the arrays of <c>infos</c> as extra columns.</summary>
    public bool IncludeInfos { get; init; } = true;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names it.</exception>
    internal void Validate()
    {
        Spec?.Validate();
        InvalidExperienceException.ThrowUnless(MaxEpisodeSteps is null or > 0, "max_episode_steps", "1 or more", MaxEpisodeSteps);
        InvalidExperienceException.ThrowUnless(Enum.IsDefined(Rule), "rule", "Sequences, Transitions or Known", Rule);
    }
}
