using System.Collections.Immutable;

namespace MemoryRL.Client;

/// <summary>A linear policy: <c>action = clip(Weights (observation - Mean) / Deviation)</c>.</summary>
/// <param name="Weights">The weights, <c>[actions, features]</c>, row-major; 0 for a feature that never changed.</param>
/// <param name="Mean">The means of the observations seen in training, <c>[features]</c>.</param>
/// <param name="Deviation">Their deviations, each above 0, <c>[features]</c>.</param>
public sealed record ArsPolicy(ImmutableArray<double> Weights, ImmutableArray<double> Mean, ImmutableArray<double> Deviation);
