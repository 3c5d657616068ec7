using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>A folder of published policies as JSON: which of them stands in for which level is our choice, by the returns and state statistics that D4RL's data have.</summary>
/// <param name="folder">The folder.</param>
internal sealed class PublishedPolicies(string folder) : IPolicyLibrary
{
    private const string Walker = "gailtrpo_Ant_0180.json";

    // Snapshots of one run after 0, 20, 40 ... updates, and weights between the second and the third (lerp): from hardly standing to medium. The
    // shares of the steps bring the episodes' mean return near D4RL's, 467 and 683, and their mean length near its 197 and 276.
    private static readonly ImmutableArray<(string Snapshot, double Share)> HopperCurve =
    [
        ("gailtrpo_Hopper_0000", 0.07), ("gailtrpo_Hopper_0020", 0.19), ("lerp_Hopper_20", 0.15), ("lerp_Hopper_35", 0.15), ("lerp_Hopper_50", 0.15), ("lerp_Hopper_65", 0.15), ("lerp_Hopper_80", 0.14),
    ];

    private static readonly ImmutableArray<(string Snapshot, double Share)> WalkerCurve =
    [
        ("gailtrpo_Walker2d_0000", 0.017), ("gailtrpo_Walker2d_0020", 0.08), ("lerp_Walker2d_20", 0.08), ("lerp_Walker2d_35", 0.08), ("lerp_Walker2d_50", 0.08),
        ("lerp_Walker2d_65", 0.12), ("lerp_Walker2d_80", 0.14), ("gailtrpo_Walker2d_0040", 0.15), ("gailtrpo_Walker2d_0060", 0.13), ("gailtrpo_Walker2d_0080", 0.133),
    ];

    /// <inheritdoc/>
    public PolicyLevels Find(EnvironmentSpec task) => task.Name switch
    {
        "hopper" => new PolicyLevels(Use(task, "gailtrpo_Hopper_0500"), Use(task, "ku2482_Hopper", ActMode.Greedy, 0.18), Curve(task, HopperCurve)),
        "walker2d" => new PolicyLevels(Use(task, "gailtrpo_Walker2d_0120", ActMode.Greedy, 0.1), Use(task, "gailtrpo_Walker2d_0080"), Curve(task, WalkerCurve)),
        _ => throw new UsageException($"--policies: expected a task with known published policies, hopper or walker2d, but got '{task.Name}'."),
    };

    /// <inheritdoc/>
    public CollectionPolicy FindWalker(EnvironmentSpec ant) => Load(Walker, ant);

    private ImmutableArray<(PolicyUse Use, double Share)> Curve(EnvironmentSpec task, ImmutableArray<(string Snapshot, double Share)> curve) =>
        [.. curve.Select(point => (Use(task, point.Snapshot), point.Share))];

    private PolicyUse Use(EnvironmentSpec task, string name, ActMode mode = ActMode.Explore, double noise = 0) => new(Load($"{name}.json", task), mode, noise);

    private CollectionPolicy Load(string name, EnvironmentSpec task)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? CollectionPolicy.Load(path, task) : throw new UsageException($"--policies: expected '{name}' in '{folder}' but it is not there; without --policies, policies of our own training are used.");
    }
}
