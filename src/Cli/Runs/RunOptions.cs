using System.CommandLine;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>The options of <c>memoryrl run</c>, in the order of its help.</summary>
internal static class RunOptions
{
    /// <summary>Gets the task; left out with <see cref="Resume"/>.</summary>
    public static Argument<string?> Task { get; } = new("task")
    {
        Description = $"What the agents do: {string.Join(", ", EnvironmentRegistry.Names)}.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Gets the number of agents.</summary>
    public static Option<int> Agents { get; } = new("--agents") { Description = "How many agents act at once.", HelpName = "count", DefaultValueFactory = _ => 64 };

    /// <summary>Gets the algorithm.</summary>
    public static Option<string> Algorithm { get; } = new("--algorithm")
    {
        Description = $"What learns: {string.Join(", ", AlgorithmCatalog.OnlineNames)}.",
        HelpName = "name",
        DefaultValueFactory = _ => AlgorithmCatalog.Default,
    };

    /// <summary>Gets the seed.</summary>
    public static Option<long> Seed { get; } = new("--seed") { Description = "The seed of everything random.", HelpName = "number", DefaultValueFactory = _ => 0 };

    /// <summary>Gets the budget.</summary>
    public static Option<long> Steps { get; } = new("--steps")
    {
        Description = "The budget: the run ends after this many steps of all agents together, should the target not be reached before.",
        HelpName = "count",
        DefaultValueFactory = _ => 5_000_000,
    };

    /// <summary>Gets the target.</summary>
    public static Option<double> TargetSuccess { get; } = new("--target-success")
    {
        Description = "The run ends when this share of the recent episodes succeeds and the greedy policy confirms it, in (0, 1].",
        HelpName = "share",
        DefaultValueFactory = _ => 0.9,
    };

    /// <summary>Gets the parent of the run's folder.</summary>
    public static Option<string> Out { get; } = new("--out") { Description = "Where the run's folder is made.", HelpName = "folder", DefaultValueFactory = _ => "runs" };

    /// <summary>Gets the run to go on with.</summary>
    public static Option<string?> Resume { get; } = new("--resume") { Description = "Go on with a run that was stopped, from its folder. Only --steps, --target-success and --threads may differ.", HelpName = "run folder" };

    /// <summary>Gets the number of threads.</summary>
    public static Option<int> Threads { get; } = new("--threads")
    {
        Description = "How many threads step the agents.",
        HelpName = "count",
        DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount / 2),
    };

    /// <summary>Gets whether the agents act without the memory's advice.</summary>
    public static Option<bool> NoMemory { get; } = new("--no-memory") { Description = "Let the agents act without the memory's advice, to compare with a run that takes it." };

    /// <summary>Gets the algorithm's options.</summary>
    public static Option<string[]> AlgorithmOptions { get; } = new("--option")
    {
        Description = "An option of the algorithm, such as confidence-threshold=0.9; may be given more than once. A wrong name is answered with all names.",
        HelpName = "name=value",
    };

    /// <summary>Gets the cluster to run against.</summary>
    public static Option<string?> Cluster { get; } = new("--cluster")
    {
        Description = "Use the grains of a cluster, by its gateway, in place of grains in this process. Needs a build with -p:GrainHost=Orleans.",
        HelpName = "host:port",
    };

    /// <summary>Gets the options that a resumed run keeps as they were.</summary>
    public static IReadOnlyList<Option> KeptByResume { get; } = [Agents, Algorithm, Seed, Out, NoMemory, AlgorithmOptions, Cluster];
}
