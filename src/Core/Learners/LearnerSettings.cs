using System.Collections.Immutable;

namespace MemoryRL.Core;

/// <summary>What a learner is made from.</summary>
/// <param name="Spec">What a step is made of, the extra columns included.</param>
/// <param name="Seed">The seed of everything random in the learner.</param>
/// <param name="Device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>, as the tensor engine has it.</param>
/// <param name="Options">The algorithm's options by name in kebab case; an unknown name is an error.</param>
public sealed record LearnerSettings(ExperienceSpec Spec, long Seed, string Device, ImmutableSortedDictionary<string, string> Options);
