using System.Security.Cryptography;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>A policy that plays in a collection: what made the data can be told by its name and the hash of its file.</summary>
/// <param name="Name">The file's name, or <c>random</c>.</param>
/// <param name="Sha256">The SHA-256 of the file in lower-case hexadecimal; null where there is no file.</param>
/// <param name="Create">Makes the policy, once for each thread.</param>
internal sealed record CollectionPolicy(string Name, string? Sha256, Func<IPolicy> Create)
{
    private const string PublishedExtension = ".json";

    /// <summary>Makes the uniformly random policy.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The policy.</returns>
    public static CollectionPolicy Random(EnvironmentSpec task) => new("random", null, () => new RandomPolicy(task.Experience.Action));

    /// <summary>Reads a policy.</summary>
    /// <param name="path">A policy bundle, the folder of a run, or a published policy as JSON.</param>
    /// <param name="task">The task, whose spaces the policy must have.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="UsageException">There is no such file, or it is of other spaces or an algorithm that is not known here.</exception>
    /// <exception cref="SafetensorsFormatException">The file is damaged.</exception>
    /// <exception cref="InvalidExperienceException">A published policy is damaged or does not fit the task.</exception>
    public static CollectionPolicy Load(string path, EnvironmentSpec task)
    {
        var file = Directory.Exists(path) ? new RunFolder(path).Policy : path;
        if (!File.Exists(file))
        {
            throw new UsageException($"policy: expected a policy.safetensors, the folder of a run with one in it, or a published policy (*.json), but got '{path}'.");
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        var (bundle, algorithm) = Read(file, task);
        var factory = LearningAlgorithms.PolicyFactories.FirstOrDefault(factory => factory.Algorithm == algorithm)
            ?? throw new UsageException($"policy: expected an algorithm among {string.Join(", ", LearningAlgorithms.PolicyFactories.Select(factory => factory.Algorithm))} but '{file}' is of '{algorithm}'.");
        return new CollectionPolicy(Path.GetFileName(file), hash, () => factory.Create(bundle));
    }

    private static (ReadOnlyMemory<byte> Bundle, string Algorithm) Read(string file, EnvironmentSpec task)
    {
        if (Path.GetExtension(file) == PublishedExtension)
        {
            return (PublishedPolicy.Load(file, task.Experience), GaussianActorPolicyFactory.Published);
        }

        var policy = PolicyFile.Load(file);
        var metadata = SafetensorsDocument.Parse(policy.Bundle, file).Metadata;
        CheckSpace(metadata, "observation_space", task.Experience.Observation, file, task.Name);
        CheckSpace(metadata, "action_space", task.Experience.Action, file, task.Name);
        return (policy.Bundle, policy.Algorithm);
    }

    private static void CheckSpace(IReadOnlyDictionary<string, string> metadata, string key, Space expected, string file, string task)
    {
        if (metadata.TryGetValue(key, out var json) && !Space.FromJson(json).Equals(expected))
        {
            throw new UsageException($"policy: expected the {key} of {task}, {expected}, but '{file}' has {Space.FromJson(json)}.");
        }
    }
}
