using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>An algorithm that a run can use.</summary>
/// <param name="Name">The name in kebab case.</param>
/// <param name="Learner">What makes its learner; null where nothing learns.</param>
/// <param name="Policy">What makes its policies; null where nothing learns.</param>
internal sealed record AlgorithmEntry(string Name, ILearnerFactory? Learner, IPolicyFactory? Policy)
{
    /// <summary>Gets how many feedings lie between two published policies: on-policy learners want their agents to act with the newest.</summary>
    public int PublishPeriod => Learner is null ? 0 : 1;

    /// <summary>Gets the parts of the algorithm's policy that results report beside the whole.</summary>
    public ImmutableArray<PolicyView> Views => Policy is AdaMementoPolicyFactory ? [PolicyView.Explorer, PolicyView.Prediction] : [];

    /// <summary>Gets what makes policies of which only one part acts.</summary>
    /// <param name="view">The part.</param>
    /// <returns>The factory.</returns>
    /// <exception cref="InvalidOperationException">Nothing learns here.</exception>
    public IPolicyFactory PolicyOf(PolicyView view) => Policy switch
    {
        AdaMementoPolicyFactory factory when view != PolicyView.Ensemble => new PartPolicyFactory(factory, view),
        { } factory => factory,
        null => throw new InvalidOperationException($"Expected an algorithm with policies but got '{Name}'."),
    };

    private sealed class PartPolicyFactory(AdaMementoPolicyFactory factory, PolicyView view) : IPolicyFactory
    {
        public string Algorithm => factory.Algorithm;

        public IPolicy Create(ReadOnlyMemory<byte> bundle) => factory.Create(bundle, view);
    }
}

/// <summary>The algorithms that a run can use.</summary>
internal static class AlgorithmCatalog
{
    /// <summary>The algorithm of a run that names none.</summary>
    public const string Default = "ada-memento";

    /// <summary>The algorithm that acts at random and learns nothing.</summary>
    public const string Random = "random";

    private static readonly ImmutableSortedDictionary<string, AlgorithmEntry> Entries = CreateEntries().ToImmutableSortedDictionary(entry => entry.Name, entry => entry, StringComparer.Ordinal);

    /// <summary>Gets the names, sorted.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Entries.Keys];

    /// <summary>Gets the names of those that learn from what their own agents live through, or not at all; sorted.</summary>
    public static ImmutableArray<string> OnlineNames { get; } = [.. Entries.Values.Where(entry => entry.Learner is not { IsOffline: true }).Select(entry => entry.Name)];

    /// <summary>Finds an algorithm.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The algorithm.</returns>
    /// <exception cref="UsageException">There is none of that name; the message lists those that there are.</exception>
    public static AlgorithmEntry Find(string name) =>
        Entries.TryGetValue(name, out var entry) ? entry : throw new UsageException($"--algorithm: expected one of {string.Join(", ", Names)} but got '{name}'.");

    /// <summary>Finds what makes the policies of an algorithm, also where its policies come from elsewhere than a run.</summary>
    /// <param name="name">The algorithm's name, as a bundle's metadata say it.</param>
    /// <returns>The algorithm, with policies.</returns>
    /// <exception cref="UsageException">There is none of that name; the message lists those that there are.</exception>
    public static AlgorithmEntry FindPolicies(string name)
    {
        var factories = LearningAlgorithms.PolicyFactories;
        return factories.FirstOrDefault(factory => factory.Algorithm == name) is { } found
            ? new AlgorithmEntry(name, null, found)
            : throw new UsageException($"policy: expected one of the algorithms {string.Join(", ", factories.Select(factory => factory.Algorithm))} but got '{name}'.");
    }

    private static IEnumerable<AlgorithmEntry> CreateEntries()
    {
        yield return new AlgorithmEntry(Random, null, null);
        foreach (var learner in LearningAlgorithms.LearnerFactories)
        {
            yield return new AlgorithmEntry(learner.Algorithm, learner, LearningAlgorithms.PolicyFactories.Single(policy => policy.Algorithm == learner.Algorithm));
        }
    }
}
