namespace MemoryRL.Core;

/// <summary>
/// Plans along one stored episode: each step's target is the best n-step return that ends in a value (VEM, Ma et al. 2021, arXiv:2110.09796,
/// Eq. 5, and Eq. 6 as recalled and as the official code has it), with two pairs of values so that the length chosen with one is valued with the other. Runs backward over the episode once where rollouts may be as long as it.
/// </summary>
/// <remarks>
/// For a step t and a length n, with rewards after scale and shift and g the discount,
/// <c>A[t, n] = r[t] + g r[t+1] + ... + g^(n-1) r[t+n-1] + g^n V_A(s[t+n])</c>, the value left out where the task ended; <c>B</c> likewise.
/// Twin: <c>R0 = max(B[t, argmax A[t]], A[t, 1])</c> and <c>R1 = max(A[t, argmax B[t]], B[t, 1])</c>, as the official code has it. Of equal returns the shorter is taken.
/// </remarks>
public static class TrajectoryPlanner
{
    /// <summary>The number of targets of a step.</summary>
    public const int TargetCount = PlannedBatch.TargetCount;

    /// <summary>Plans an episode.</summary>
    /// <param name="rewards">The rewards as stored, <c>[T]</c>.</param>
    /// <param name="values">
    /// The values of its observations, <c>[T + 1, H]</c>: the first half of the heads makes one pair, whose value is the least of them, the
    /// second half the other; a single head is both.
    /// </param>
    /// <param name="headCount">The number of heads <c>H</c>: 1, or an even number.</param>
    /// <param name="end">How the last step ended the episode.</param>
    /// <param name="settings">How to plan; checked.</param>
    /// <param name="targets">Receives the two targets of each step, <c>[T, 2]</c>.</param>
    /// <exception cref="ArgumentException">A length does not fit the others.</exception>
    public static void Plan(ReadOnlySpan<float> rewards, ReadOnlySpan<float> values, int headCount, EpisodeEnd end, PlanSettings settings, Span<float> targets)
    {
        ArgumentNullException.ThrowIfNull(settings);
        CheckHeads(headCount);
        CheckLength(values.Length, (rewards.Length + 1) * headCount, "values");
        CheckLength(targets.Length, rewards.Length * TargetCount, "targets");
        var episode = new PlannedEpisode(rewards, values, headCount, end, settings);
        if (settings.MaxSteps == 0 || settings.MaxSteps >= episode.LongestRollout)
        {
            PlanWhole(episode, settings.Estimator, targets);
        }
        else
        {
            PlanBounded(episode, settings.MaxSteps, settings.Estimator, targets);
        }
    }

    /// <summary>Computes the targets of an episode before any plan: both are the discounted return, whatever its sign, with nothing behind its end. One that is too large for float32 is the largest one of its sign: an append must not fail for a plan.</summary>
    /// <param name="rewards">The rewards as stored, <c>[T]</c>.</param>
    /// <param name="end">How the last step ended the episode.</param>
    /// <param name="settings">How to plan; checked.</param>
    /// <param name="targets">Receives the two targets of each step, <c>[T, 2]</c>.</param>
    /// <exception cref="ArgumentException">A length does not fit the others.</exception>
    public static void ComputeReturns(ReadOnlySpan<float> rewards, EpisodeEnd end, PlanSettings settings, Span<float> targets)
    {
        ArgumentNullException.ThrowIfNull(settings);
        CheckLength(targets.Length, rewards.Length * TargetCount, "targets");
        var episode = new PlannedEpisode(rewards, [], 0, end, settings);
        var sum = episode.RewardBehindEnd ?? 0;
        for (var t = rewards.Length - 1; t >= 0; t--)
        {
            sum = episode.Reward(t) + (episode.Discount * sum);
            targets[t * TargetCount] = targets[(t * TargetCount) + 1] = (float)Math.Clamp(sum, -float.MaxValue, float.MaxValue);
        }
    }

    /// <summary>Checks a number of heads.</summary>
    /// <param name="headCount">The number.</param>
    /// <exception cref="InvalidExperienceException">It is neither 1 nor even.</exception>
    internal static void CheckHeads(int headCount) =>
        InvalidExperienceException.ThrowUnless(headCount == 1 || (headCount > 0 && headCount % 2 == 0), "plan.heads", "1 or an even number of values of an observation", headCount);

    private static void CheckLength(int length, int expected, string name)
    {
        if (length != expected)
        {
            throw new ArgumentException($"Expected {expected} {name} but got {length}.", name);
        }
    }

    // The best return of every length in one step backward: what is best from the next step on is best from this one, but for the length of one.
    private static void PlanWhole(in PlannedEpisode episode, PlanEstimator estimator, Span<float> targets)
    {
        // What the best rollouts go on to behind the end: nothing, or the last reward once more.
        var canGoOn = episode.RewardBehindEnd is not null;
        var behind = episode.RewardBehindEnd ?? 0;
        var (bestA, bestB, ofBestA, ofBestB) = (behind, behind, behind, behind);
        for (var t = episode.Length - 1; t >= 0; t--)
        {
            var (reward, valueA, valueB) = (episode.Reward(t), episode.ValueA(t + 1), episode.ValueB(t + 1));
            var (oneA, oneB) = (reward + (episode.Discount * valueA), reward + (episode.Discount * valueB));

            // ofBestA is B's return of the length that is best by A, and the other way round.
            (bestA, ofBestA) = canGoOn && bestA > valueA ? (reward + (episode.Discount * bestA), reward + (episode.Discount * ofBestA)) : (oneA, oneB);
            (bestB, ofBestB) = canGoOn && bestB > valueB ? (reward + (episode.Discount * bestB), reward + (episode.Discount * ofBestB)) : (oneB, oneA);
            canGoOn = true;
            Store(targets, t, estimator, (bestA, ofBestA, oneA), (bestB, ofBestB, oneB));
        }
    }

    // With a bound on the length, what was best from the next step on may be one step too long, and every length is looked at.
    private static void PlanBounded(in PlannedEpisode episode, int maxSteps, PlanEstimator estimator, Span<float> targets)
    {
        for (var t = 0; t < episode.Length; t++)
        {
            var (sum, weight) = (episode.Reward(t), episode.Discount);
            var (oneA, oneB) = (sum + (weight * episode.ValueA(t + 1)), sum + (weight * episode.ValueB(t + 1)));
            var (bestA, bestB, ofBestA, ofBestB) = (oneA, oneB, oneB, oneA);
            for (var n = 2; n <= maxSteps && t + n <= episode.LongestRollout; n++)
            {
                sum += weight * (t + n > episode.Length ? episode.RewardBehindEnd!.Value : episode.Reward(t + n - 1));
                weight *= episode.Discount;
                var (returnA, returnB) = t + n > episode.Length ? (sum, sum) : (sum + (weight * episode.ValueA(t + n)), sum + (weight * episode.ValueB(t + n)));
                (bestA, ofBestA) = returnA > bestA ? (returnA, returnB) : (bestA, ofBestA);
                (bestB, ofBestB) = returnB > bestB ? (returnB, returnA) : (bestB, ofBestB);
            }

            Store(targets, t, estimator, (bestA, ofBestA, oneA), (bestB, ofBestB, oneB));
        }
    }

    private static void Store(Span<float> targets, int t, PlanEstimator estimator, (double Best, double OfBest, double One) a, (double Best, double OfBest, double One) b)
    {
        var isTwin = estimator == PlanEstimator.Twin;
        targets[t * TargetCount] = (float)(isTwin ? Math.Max(a.OfBest, a.One) : a.Best);
        targets[(t * TargetCount) + 1] = (float)(isTwin ? Math.Max(b.OfBest, b.One) : b.Best);
    }
}
