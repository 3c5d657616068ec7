namespace MemoryRL.Learning;

/// <summary>Generalised advantage estimation over one whole episode.</summary>
/// <remarks>Schulman et al. 2016, arXiv:1506.02438, eq. (16).</remarks>
internal static class GeneralizedAdvantage
{
    /// <summary>
    /// Computes <c>A_t = delta_t + discount * traceDecay * A_{t+1}</c> with <c>delta_t = r_t + discount * V(s_{t+1}) - V(s_t)</c>, backwards from
    /// the last step. The value after the last step is 0 where the task terminated, and <c>V(s_T)</c> where a limit truncated it.
    /// </summary>
    /// <param name="rewards">The rewards, <c>[T]</c>.</param>
    /// <param name="values">The values of the observations, <c>[T + 1]</c>.</param>
    /// <param name="terminated">Whether the last step ended the task.</param>
    /// <param name="rewardScale">What every reward is divided by.</param>
    /// <param name="discount">The discount, in [0, 1].</param>
    /// <param name="traceDecay">The decay, in [0, 1].</param>
    /// <param name="advantages">Receives the advantages, <c>[T]</c>.</param>
    /// <param name="returns">Receives the value targets <c>A_t + V(s_t)</c>, <c>[T]</c>.</param>
    public static void Compute(
        ReadOnlySpan<float> rewards,
        ReadOnlySpan<float> values,
        bool terminated,
        double rewardScale,
        double discount,
        double traceDecay,
        Span<float> advantages,
        Span<float> returns)
    {
        var nextValue = terminated ? 0.0 : values[rewards.Length];
        var advantage = 0.0;
        for (var t = rewards.Length - 1; t >= 0; t--)
        {
            var delta = (rewards[t] / rewardScale) + (discount * nextValue) - values[t];
            advantage = delta + (discount * traceDecay * advantage);
            advantages[t] = (float)advantage;
            returns[t] = (float)(advantage + values[t]);
            nextValue = values[t];
        }
    }
}
