namespace MemoryRL.Datasets;

/// <summary>
/// What becomes of the last step of an episode. D4RL's files keep one row a step and, unless they have <c>next_observations</c>, not the
/// observation after the last one; its library has two functions that deal with that, and these are their rules.
/// </summary>
/// <remarks>
/// Under both, an episode ends at a row where <c>terminals</c> or <c>timeouts</c> is set, or, in files without <c>timeouts</c>, after
/// <see cref="D4rlReaderOptions.MaxEpisodeSteps"/> rows; inside an episode the next observation is the next row. D4RL's own count of those rows
/// starts at 1 instead of 0 after an ended episode, which cuts the following ones a row short; ours always starts at 0.
/// </remarks>
public enum D4rlRule
{
    /// <summary>
    /// Every row of every ended episode is a step, as in D4RL's <c>sequence_dataset</c> (d4rl/__init__.py); rows behind the last end belong to no
    /// episode and are left out, as there. The last observation is the row's <c>next_observations</c>; where the file has none, which D4RL then
    /// does without, it repeats the observation before (our choice): after a terminal step nothing reads it, and after a timeout a learner that
    /// bootstraps takes the last known observation for the unknown one (<see cref="Known"/> is for those). A row that is both ends as terminated.
    /// </summary>
    Sequences = 1,

    /// <summary>
    /// The transitions of D4RL's <c>qlearning_dataset</c> (d4rl/__init__.py): the row of a timeout is no step, since its next observation would be
    /// another episode's first, even where it is terminal too; its observation is the episode's last. The last row of the file is no step either,
    /// whatever it is, and rows behind the last end are an episode cut there. As there, <c>next_observations</c> is not looked at. The one
    /// difference: after a terminal row D4RL gives the next episode's first observation, which nothing reads, and we repeat the row's own.
    /// </summary>
    Transitions = 2,

    /// <summary>
    /// <see cref="Sequences"/> where the file has <c>next_observations</c> and <see cref="Transitions"/> where it has none (our choice): as many
    /// steps as there are with a next observation that is known, for learners that bootstrap from it.
    /// </summary>
    Known = 3,
}
