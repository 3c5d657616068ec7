using System.Collections.Immutable;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>A policy that the command line names: a bundle, the folder of a run, a published policy in JSON, or <c>random</c>.</summary>
internal sealed class PolicySource
{
    /// <summary>The name of the policy that acts at random.</summary>
    public const string Random = AlgorithmCatalog.Random;

    private readonly AlgorithmEntry? _algorithm;
    private readonly ReadOnlyMemory<byte> _bundle;
    private readonly string? _published;

    private PolicySource(string name, AlgorithmEntry? algorithm, ReadOnlyMemory<byte> bundle, string? published, string? task)
    {
        Name = name;
        _algorithm = algorithm;
        _bundle = bundle;
        _published = published;
        Task = task;
    }

    /// <summary>Gets the policy's name: <c>random</c>, or the path that was given.</summary>
    public string Name { get; }

    /// <summary>Gets the method: policies of one method on one task are taken for seeds of each other.</summary>
    public string Method => _algorithm?.Name ?? Random;

    /// <summary>Gets the task that it was trained on; null where the file does not say it.</summary>
    public string? Task { get; }

    /// <summary>Gets the parts that can act alone.</summary>
    public ImmutableArray<PolicyView> Views => _algorithm?.Views ?? [];

    /// <summary>Finds what an argument names.</summary>
    /// <param name="argument"><c>random</c>, a file, or the folder of a run or of several.</param>
    /// <returns>The policy; those of all runs in a folder of runs, by name.</returns>
    /// <exception cref="UsageException">There is none.</exception>
    /// <exception cref="SafetensorsFormatException">The file is damaged, or no policy.</exception>
    public static ImmutableArray<PolicySource> Resolve(string argument)
    {
        if (argument == Random)
        {
            return [new PolicySource(Random, null, default, null, null)];
        }

        if (!Directory.Exists(argument))
        {
            return File.Exists(argument) ? [Load(argument, argument)] : throw Nothing(argument);
        }

        string[] folders = [argument, .. Directory.EnumerateDirectories(argument).Order(StringComparer.Ordinal)];
        var found = folders.Where(folder => File.Exists(new RunFolder(folder).Policy)).ToArray();
        return found.Length == 0 ? throw Nothing(argument)
            : found[0] == argument ? [Load(argument, new RunFolder(argument).Policy)]
            : [.. found.Select(folder => Load(folder, new RunFolder(folder).Policy))];
    }

    /// <summary>Gets what makes the policy for a task, once for each thread.</summary>
    /// <param name="task">The task.</param>
    /// <param name="view">Which part acts.</param>
    /// <returns>What makes the policy.</returns>
    /// <exception cref="UsageException">The policy is for other observations or actions than the task's.</exception>
    /// <exception cref="InvalidExperienceException">The published policy is damaged or does not fit the task.</exception>
    public Func<IPolicy> For(EnvironmentSpec task, PolicyView view)
    {
        if (_algorithm is null)
        {
            return () => new RandomPolicy(task.Experience.Action);
        }

        var bundle = _published is null ? _bundle : PublishedPolicy.Load(_published, task.Experience);
        var factory = _algorithm.PolicyOf(view);
        factory.Create(bundle).Dispose();
        CheckSpaces(bundle, task);
        return () => factory.Create(bundle);
    }

    private static PolicySource Load(string name, string path)
    {
        if (Path.GetExtension(path) == ".json")
        {
            return new PolicySource(name, AlgorithmCatalog.FindPolicies(GaussianActorPolicyFactory.Published), default, path, null);
        }

        var file = PolicyFile.Load(path);
        return new PolicySource(name, AlgorithmCatalog.FindPolicies(file.Algorithm), file.Bundle, null, file.Task);
    }

    private static UsageException Nothing(string argument) =>
        new($"policy: expected a policy.safetensors, or a run's folder with one in it, a published policy in JSON, or '{Random}', but got '{argument}'.");

    private void CheckSpaces(ReadOnlyMemory<byte> bundle, EnvironmentSpec task)
    {
        var metadata = SafetensorsDocument.Parse(bundle, Name).Metadata;
        Check("observation_space", task.Experience.Observation);
        Check("action_space", task.Experience.Action);

        void Check(string key, Space expected)
        {
            if (metadata.TryGetValue(key, out var json) && Space.FromJson(json) is var space && !IsAlike(space, expected))
            {
                throw new UsageException($"{Name}: expected a policy whose {key.Replace('_', ' ')} is that of '{task.Name}', {expected}, but got {space}.");
            }
        }
    }

    // Bounds may differ: an actor of another version of the task acts all the same.
    private static bool IsAlike(Space space, Space expected) =>
        space.GetType() == expected.GetType() && space.ElementType == expected.ElementType && space.Shape.SequenceEqual(expected.Shape)
        && (space as DiscreteSpace)?.Count == (expected as DiscreteSpace)?.Count;
}
