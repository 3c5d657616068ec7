using System.Collections.Immutable;
using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>How a policy did.</summary>
/// <param name="PolicyVersion">The policy's version.</param>
/// <param name="Success">The share of successes, with Wilson's 95 % interval.</param>
/// <param name="Return">The mean return, with Student's 95 % interval.</param>
/// <param name="MeanLength">The mean number of steps.</param>
/// <param name="Episodes">Every episode, in the order of its number.</param>
public sealed record EvaluationResult(long PolicyVersion, Interval Success, Interval Return, double MeanLength, ImmutableArray<EvaluatedEpisode> Episodes);

/// <summary>One evaluated episode.</summary>
/// <param name="Return">The undiscounted return.</param>
/// <param name="Length">The number of steps.</param>
/// <param name="End">How its last step ended it.</param>
/// <param name="IsSuccess">Whether the task counts it as a success.</param>
public readonly record struct EvaluatedEpisode(double Return, int Length, EpisodeEnd End, bool IsSuccess);
