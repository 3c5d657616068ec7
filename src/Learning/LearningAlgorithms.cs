using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>The algorithms that this library has: the programs register their learners, policies and value functions from these lists.</summary>
public static class LearningAlgorithms
{
    /// <summary>Gets one learner factory for each algorithm, sorted by name.</summary>
    public static ImmutableArray<ILearnerFactory> LearnerFactories { get; } =
    [
        new AdaMementoLearnerFactory(),
        new AwrLearnerFactory(),
        new BehaviorCloningLearnerFactory(),
        new IqlLearnerFactory(),
        new PpoLearnerFactory(),
        new Td3BcLearnerFactory(),
        new VemLearnerFactory(),
    ];

    /// <summary>Gets one policy factory for each algorithm that bundles can come from, sorted by name.</summary>
    public static ImmutableArray<IPolicyFactory> PolicyFactories { get; } =
    [
        new AdaMementoPolicyFactory(),
        new GaussianActorPolicyFactory(GaussianActorPolicyFactory.RandomSearch),
        new GaussianActorPolicyFactory(AwrLearner.Algorithm),
        new GaussianActorPolicyFactory(GaussianActorPolicyFactory.BehaviorCloning),
        new GaussianActorPolicyFactory(IqlLearner.Algorithm),
        new PpoPolicyFactory(),
        new GaussianActorPolicyFactory(GaussianActorPolicyFactory.Published),
        new GaussianActorPolicyFactory(Td3BcLearner.Algorithm),
        new GaussianActorPolicyFactory(VemLearner.Algorithm),
    ];

    /// <summary>Gets one value function factory for each algorithm that value bundles can come from, sorted by name.</summary>
    public static ImmutableArray<IValueFunctionFactory> ValueFunctionFactories { get; } =
    [
        new EnsembleValueFunctionFactory(AwrLearner.Algorithm),
        new EnsembleValueFunctionFactory(IqlLearner.Algorithm),
        new EnsembleValueFunctionFactory(VemLearner.Algorithm),
    ];
}
