namespace MemoryRL.Environments;

/// <summary>The tasks on grids.</summary>
internal static class GridTasks
{
    /// <summary>Gets the tasks.</summary>
    public static IEnumerable<EnvironmentEntry> Entries
    {
        // The random policy's success is the exact probability, from the task's Markov chain; a test computes it again.
        get
        {
            yield return new EnvironmentEntry(
                FourRooms.UnlimitedSpec with { MaxEpisodeSteps = 50, RandomSuccess = 0.1479 },
                () => new FourRooms(),
                _ => 0);

            // Gymnasium sets no limit; a run needs one, and 200 is our choice. No truncated episode counts as a success: see the threshold.
            yield return new EnvironmentEntry(
                CliffWalking.GymnasiumSpec with { MaxEpisodeSteps = 200, RandomSuccess = 0.0005 },
                () => new CliffWalking(CliffRules.Gymnasium),
                limit => Math.Max(CliffWalking.CliffSuccessReturn, -(limit ?? int.MaxValue)));
            yield return new EnvironmentEntry(
                CliffWalking.SparseSpec with { MaxEpisodeSteps = 100, RandomSuccess = 0.0015 },
                () => new CliffWalking(CliffRules.Sparse),
                _ => 0);

            // The limit is MiniGrid's. The rooms are drawn: the share is the mean of exact probabilities over 12,000 drawn layouts.
            yield return new EnvironmentEntry(
                MiniGridFourRooms.UnlimitedSpec with { MaxEpisodeSteps = MiniGridFourRooms.RewardSteps, RandomSuccess = 0.0327 },
                () => new MiniGridFourRooms(),
                _ => 0);

            // With 300 steps a random policy succeeds once in 7,252 episodes, so that a learner has to explore with a purpose: our choice.
            yield return new EnvironmentEntry(
                KeyDoorRooms.UnlimitedSpec with { MaxEpisodeSteps = 300, RandomSuccess = 0.000138 },
                () => new KeyDoorRooms(),
                _ => 0);

            // A horizon of four times the room's side: our choice (algorithms.md 3.2, [I]).
            yield return new EnvironmentEntry(
                DarkChamber.UnlimitedSpec with { MaxEpisodeSteps = 4 * DarkChamber.RoomSize, RandomSuccess = 0.0935 },
                () => new DarkChamber(),
                _ => 0);
        }
    }
}
