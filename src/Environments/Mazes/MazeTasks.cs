using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>The tasks in mazes.</summary>
internal static class MazeTasks
{
    private static readonly ExperienceSpec PointExperience = new(new BoxSpace(4), new BoxSpace(2, -1, 1));
    private static readonly ExperienceSpec AntExperience = new(new BoxSpace(29), new BoxSpace(8, -1, 1));

    /// <summary>Gets the tasks.</summary>
    public static IEnumerable<EnvironmentEntry> Entries =>
    [
        // D4RL's limits and reference returns (d4rl/pointmaze/__init__.py).
        .. CreatePointEntries("umaze", MazeMaps.PointUmaze, 300, new ReferenceReturns(23.85, 161.86), new ReferenceReturns(68.537689, 193.66285642381482)),
        .. CreatePointEntries("medium", MazeMaps.PointMedium, 600, new ReferenceReturns(13.13, 277.39), new ReferenceReturns(44.264742, 297.4552547777125)),
        .. CreatePointEntries("large", MazeMaps.PointLarge, 800, new ReferenceReturns(6.7, 273.99), new ReferenceReturns(30.569041, 303.4857382709002)),

        // Gymnasium-Robotics' limits; the score is D4RL's, the share of successes in percent (d4rl/infos.py).
        CreateAntEntry("umaze", MazeMaps.AntUmaze, 700),
        CreateAntEntry("medium", MazeMaps.AntMedium, 1000),
        CreateAntEntry("large", MazeMaps.AntLarge, 1000),
    ];

    private static IEnumerable<EnvironmentEntry> CreatePointEntries(string size, MazeMap map, int limit, ReferenceReturns sparse, ReferenceReturns dense)
    {
        var model = new Lazy<MuJoCoModel>(() => MuJoCoPointPhysics.CreateModel(map));
        foreach (var reward in new[] { MazeReward.Sparse, MazeReward.Dense })
        {
            var suffix = reward == MazeReward.Dense ? "-dense" : "";
            var spec = new EnvironmentSpec($"maze2d-{size}{suffix}", PointExperience)
            {
                Summary = reward == MazeReward.Dense
                    ? "Push a ball through a maze to the goal; exp(-distance) a step."
                    : "Push a ball through a maze and keep it at the goal; 1 for each step there.",
                MaxEpisodeSteps = limit,
                HasGoal = reward == MazeReward.Sparse,
                References = reward == MazeReward.Dense ? dense : sparse,
            };
            var ownSpec = spec with { Name = $"point-maze-{size}{suffix}", Summary = $"{spec.Summary[..^1]}; maze2d-{size}{suffix} without a library." };
            var success = SuccessReturn(reward, spec.References);
            yield return new EnvironmentEntry(
                spec, () => new PointMaze(Unlimited(spec, success), map, reward, new MuJoCoPointPhysics(new MuJoCoSimulation(model.Value))), _ => success, () => MuJoCoLibrary.UnavailableReason);
            yield return new EnvironmentEntry(ownSpec, () => new PointMaze(Unlimited(ownSpec, success), map, reward, new PointPhysics(map)), _ => success);
        }
    }

    private static EnvironmentEntry CreateAntEntry(string size, MazeMap map, int limit)
    {
        var model = new Lazy<MuJoCoModel>(() => AntMaze.CreateModel(map));
        var spec = new EnvironmentSpec($"antmaze-{size}", AntExperience)
        {
            Summary = "Walk an ant through a maze to the goal; 1 there, which ends the episode.",
            MaxEpisodeSteps = limit,
            HasGoal = true,
            References = new ReferenceReturns(0, 1),
        };
        return new EnvironmentEntry(spec, () => new AntMaze(Unlimited(spec, 0), map, model.Value), _ => 0, () => MuJoCoLibrary.UnavailableReason);
    }

    private static EnvironmentSpec Unlimited(EnvironmentSpec spec, double successReturn) => spec with { MaxEpisodeSteps = null, SuccessReturn = successReturn };

    // Sparse: the goal was reached once. Dense: nobody defines success there; half of the way between D4RL's references is our choice.
    private static double SuccessReturn(MazeReward reward, ReferenceReturns references) =>
        reward == MazeReward.Sparse ? 0 : (references.Random + references.Expert) / 2;
}
