namespace MemoryRL.Environments;

/// <summary>The tasks that libmujoco simulates.</summary>
internal static class MuJoCoTasks
{
    // Gymnasium's and D4RL's.
    private const int MaxEpisodeSteps = 1000;

    /// <summary>Gets the tasks.</summary>
    public static IEnumerable<EnvironmentEntry> Entries =>
    [
        CreateEntry(Hopper.UnlimitedSpec, () => new Hopper()),
        CreateEntry(Walker2d.UnlimitedSpec, () => new Walker2d()),
        CreateEntry(HalfCheetah.UnlimitedSpec, () => new HalfCheetah()),
        CreateEntry(Ant.UnlimitedSpec, () => new Ant()),
    ];

    // Nobody defines success where the reward is dense: half of the way from the random to the expert reference is our choice.
    private static EnvironmentEntry CreateEntry(EnvironmentSpec spec, Func<IEnvironment> create) => new(
        spec with { MaxEpisodeSteps = MaxEpisodeSteps },
        create,
        _ => (spec.References!.Random + spec.References.Expert) / 2,
        () => MuJoCoLibrary.UnavailableReason);
}
