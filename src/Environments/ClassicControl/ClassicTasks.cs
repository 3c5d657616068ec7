namespace MemoryRL.Environments;

/// <summary>The tasks of classic control, with Gymnasium's limits.</summary>
internal static class ClassicTasks
{
    /// <summary>Gets the tasks.</summary>
    public static IEnumerable<EnvironmentEntry> Entries
    {
        // The random policy's success is measured over 20,000 episodes or more; 0 where none succeeded.
        get
        {
            // 475 of 500 is Gymnasium's; the same share of a shorter limit is our choice.
            yield return new EnvironmentEntry(
                CartPole.UnlimitedSpec with { MaxEpisodeSteps = 500, RandomSuccess = 0 },
                () => new CartPole(),
                limit => Math.Min(CartPole.SolvedReturn, 0.95 * (limit ?? int.MaxValue)));

            // The next three succeed when they reach their goal: no truncated episode passes. (A car that arrives with the very last step does not either.)
            yield return new EnvironmentEntry(
                MountainCar.UnlimitedSpec with { MaxEpisodeSteps = 200, RandomSuccess = 0 },
                () => new MountainCar(),
                limit => -(limit ?? int.MaxValue));

            // Full throttle costs 0.1 a step, less than the flag's 100 over Gymnasium's limit: only the flag makes a positive return.
            yield return new EnvironmentEntry(
                ContinuousMountainCar.UnlimitedSpec with { MaxEpisodeSteps = 999, RandomSuccess = 0.0016 },
                () => new ContinuousMountainCar(),
                _ => 0);
            yield return new EnvironmentEntry(
                Acrobot.UnlimitedSpec with { MaxEpisodeSteps = 500, RandomSuccess = 0.0147 },
                () => new Acrobot(),
                limit => -(limit ?? int.MaxValue));
            yield return new EnvironmentEntry(
                Pendulum.UnlimitedSpec with { MaxEpisodeSteps = 200, RandomSuccess = 0 },
                () => new Pendulum(),
                limit => Pendulum.SuccessRewardPerStep * (limit ?? 200));
        }
    }
}
