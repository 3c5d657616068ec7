using System.CommandLine;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary><c>memoryrl collect</c>: a policy plays a task, and every step goes into a file in D4RL's layout.</summary>
internal static class CollectCommand
{
    private const string AntMazePrefix = "antmaze-";

    private static readonly Argument<string> Task = new("task") { Description = "The task." };

    private static readonly Option<string> Policy = new("--policy") { Description = "Who acts: a policy.safetensors, the folder of a run, a published policy (*.json), or random, waypoint (mazes) or expert.", HelpName = "file|name", Required = true };

    private static readonly Option<string?> Walker = new("--walker") { Description = "In an ant maze, the policy of the plain ant that the waypoint controller steers.", HelpName = "file" };

    private static readonly Option<long> Steps = new("--steps") { Description = "How many steps are collected; the last episode is cut there.", HelpName = "count", DefaultValueFactory = _ => 1_000_000 };

    private static readonly Option<double> Noise = new("--noise") { Description = "The deviation of Gaussian noise added to every action, which is then clipped into its bounds.", HelpName = "number" };

    private static readonly Option<string> Mode = new("--mode") { Description = "Whether the policy acts greedily or samples: greedy, explore.", HelpName = "mode", DefaultValueFactory = _ => "greedy" };

    private static readonly Option<string> Out = new("--out") { Description = "The file, in D4RL's layout (HDF5).", HelpName = "file", Required = true };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The command.</returns>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("collect", "Let a policy play a task over many environments, and write every step into a file. The same command goes on where an interrupted one stopped, and comes to the same file.")
        {
            Task,
            Policy,
            Walker,
            Steps,
            Noise,
            Mode,
            Out,
            CollectionOptions.Policies,
            CollectionOptions.Runs,
            CollectionOptions.Seed,
            CollectionOptions.Threads,
        };
        command.SetAction((result, cancellationToken) => System.Threading.Tasks.Task.Run(() => Run(terminal, result, cancellationToken), cancellationToken));
        return command;
    }

    private static int Run(Terminal terminal, ParseResult result, CancellationToken cancellationToken)
    {
        var plan = new CollectionPlan(FindTask(result.GetRequiredValue(Task)), CollectionOptions.ReadSeed(result), [ReadPhase(result)]);
        var threads = CollectionOptions.ReadThreads(result);
        DatasetFile.CheckAvailable();
        _ = new CollectionJob(terminal, plan, result.GetRequiredValue(Out), threads).Run(cancellationToken);
        return ExitCode.Done;
    }

    private static PlannedPhase ReadPhase(ParseResult result)
    {
        var task = FindTask(result.GetRequiredValue(Task));
        var (steps, noise, mode, policy) = (result.GetValue(Steps), result.GetValue(Noise), result.GetValue(Mode), result.GetRequiredValue(Policy));
        UsageException.ThrowUnless(steps >= 1, "--steps", "1 or more steps", steps);
        UsageException.ThrowUnless(double.IsFinite(noise) && noise >= 0, "--noise", "0 or more", noise);
        UsageException.ThrowUnless(noise == 0 || task.Spec.Experience.Action is BoxSpace, "--noise", "0, since actions are discrete,", noise);
        UsageException.ThrowUnless(mode is "greedy" or "explore", "--mode", "greedy or explore", mode);
        var isMaze = IsMaze(task);
        return policy switch
        {
            "waypoint" => WaypointPhase(task, result.GetValue(Walker), noise, steps),
            "expert" when isMaze => WaypointPhase(task, result.GetValue(Walker), noise, steps),
            "expert" => Expert(result, task, noise, steps),
            "random" => new PolicyPhase(CollectionPolicy.Random(task.Spec), ActMode.Explore, noise, steps),
            _ => new PolicyPhase(CollectionPolicy.Load(policy, task.Spec), mode == "greedy" ? ActMode.Greedy : ActMode.Explore, noise, steps),
        };
    }

    private static PolicyPhase Expert(ParseResult result, EnvironmentEntry task, double noise, long steps)
    {
        var expert = CollectionOptions.ReadLibrary(result).Find(task.Spec).Expert;
        return new PolicyPhase(expert.Policy, expert.Mode, noise, steps);
    }

    private static PlannedPhase WaypointPhase(EnvironmentEntry task, string? walker, double noise, long steps)
    {
        if (!IsMaze(task))
        {
            throw new UsageException($"--policy: waypoint goes through mazes, such as {string.Join(", ", EnvironmentRegistry.Names.Where(name => IsMaze(EnvironmentRegistry.Find(name))))}, but the task is '{task.Spec.Name}'.");
        }

        if (!task.Spec.Name.StartsWith(AntMazePrefix, StringComparison.Ordinal))
        {
            return new StreamPhase(noise, steps);
        }

        return walker is null
            ? throw new UsageException("--walker: expected the policy of an ant that walks, such as one of `memoryrl train ars ant` or a published one, but got nothing.")
            : new WalkerPhase(CollectionPolicy.Load(walker, EnvironmentRegistry.Find("ant").Spec), MazeGoals.Task, noise, steps);
    }

    private static EnvironmentEntry FindTask(string name)
    {
        UsageException.ThrowUnless(EnvironmentRegistry.Names.Contains(name), "task", $"one of {string.Join(", ", EnvironmentRegistry.Names)}", name);
        var task = EnvironmentRegistry.Find(name);
        return task.UnavailableReason is { } reason ? throw new EnvironmentUnavailableException(name, reason) : task;
    }

    private static bool IsMaze(EnvironmentEntry task) => task.Spec.Name.StartsWith(AntMazePrefix, StringComparison.Ordinal)
        || task.Spec.Name.StartsWith("maze2d-", StringComparison.Ordinal) || task.Spec.Name.StartsWith("point-maze-", StringComparison.Ordinal);
}
