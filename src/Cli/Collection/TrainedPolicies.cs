using System.Collections.Immutable;
using System.Text.Json;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>The policies of our own training: the iterates of <c>memoryrl train ars</c>, which are a learning curve.</summary>
/// <param name="runs">The folder of runs.</param>
/// <remarks>Expert is the best iterate; medium the one nearest to a third of its return, as D4RL says of its own; the replay is the curve up to there.</remarks>
internal sealed class TrainedPolicies(string runs) : IPolicyLibrary
{
    // D4RL's medium policies reach about a third of the expert's return (Fu et al. 2020, section 5).
    private const double MediumShare = 1.0 / 3;

    // Linear policies are deterministic; without noise their data are one narrow path.
    private const double Noise = 0.1;

    // Snapshots of a replay.
    private const int ReplayPolicies = 8;

    /// <inheritdoc/>
    public PolicyLevels Find(EnvironmentSpec task)
    {
        var curve = ReadCurve(task);
        var best = curve.MaxBy(iterate => iterate.Return)!;
        var medium = curve.MinBy(iterate => Math.Abs(iterate.Return - (MediumShare * best.Return)))!;
        var climb = curve.TakeWhile(iterate => iterate != medium).Append(medium).ToList();
        var chosen = Enumerable.Range(0, ReplayPolicies).Select(i => climb[(climb.Count - 1) * i / (ReplayPolicies - 1)]).Distinct().ToList();
        return new PolicyLevels(Use(best, task), Use(medium, task), [.. chosen.Select(iterate => (Use(iterate, task), 1.0 / chosen.Count))]);
    }

    /// <inheritdoc/>
    public CollectionPolicy FindWalker(EnvironmentSpec ant) => Find(ant).Expert.Policy;

    private static PolicyUse Use(Iterate iterate, EnvironmentSpec task) => new(CollectionPolicy.Load(iterate.Path, task), ActMode.Greedy, Noise);

    // Where there are several runs, the one with the best policy.
    private ImmutableArray<Iterate> ReadCurve(EnvironmentSpec task)
    {
        var files = Directory.Exists(runs) ? Directory.EnumerateFiles(runs, ArsIterates.FileName, SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList() : [];
        var best = files.Select(file => ReadCurve(Path.GetDirectoryName(file)!, task.Name)).Where(curve => !curve.IsEmpty).OrderByDescending(curve => curve.Max(iterate => iterate.Return)).FirstOrDefault();
        return !best.IsDefaultOrEmpty
            ? best
            : throw new UsageException(
                $"There are no policies for '{task.Name}': expected a run of `memoryrl train ars {task.Name} --out {runs}` in '{runs}' ({Duration(task.Name)}), or a folder of published policies with --policies.");
    }

    private static ImmutableArray<Iterate> ReadCurve(string folder, string task)
    {
        try
        {
            var curve = ArsIterates.Load(folder);
            return curve.Task == task ? [.. curve.Iterates.Select(iterate => new Iterate(Path.Combine(folder, iterate.File), iterate.Return))] : [];
        }
        catch (JsonException error)
        {
            throw new UsageException($"'{Path.Combine(folder, ArsIterates.FileName)}': expected the list of a run's policies, but {error.Message}");
        }
    }

    private static string Duration(string task) => task == "hopper" ? "10 minutes on 2 cores for an expert" : "an hour or more on 2 cores for a policy that walks well";

    private sealed record Iterate(string Path, double Return);
}
