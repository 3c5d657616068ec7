namespace MemoryRL.Core;

/// <summary>One episode as planning sees it: rewards after scale and shift, and values that stop where the task ended.</summary>
internal readonly ref struct PlannedEpisode
{
    private readonly ReadOnlySpan<float> _rewards;
    private readonly ReadOnlySpan<float> _values;
    private readonly int _headCount;
    private readonly int _pairHeads;
    private readonly bool _isTerminal;
    private readonly double _scale;
    private readonly double _shift;

    /// <summary>Looks at an episode.</summary>
    /// <param name="rewards">The rewards as stored, <c>[T]</c>.</param>
    /// <param name="values">The values, <c>[T + 1, H]</c>.</param>
    /// <param name="headCount">The number of heads <c>H</c>.</param>
    /// <param name="end">How the last step ended the episode.</param>
    /// <param name="settings">How to plan.</param>
    public PlannedEpisode(ReadOnlySpan<float> rewards, ReadOnlySpan<float> values, int headCount, EpisodeEnd end, PlanSettings settings)
    {
        _rewards = rewards;
        _values = values;
        _headCount = headCount;
        _pairHeads = Math.Max(1, headCount / 2);
        _isTerminal = end == EpisodeEnd.Terminated || settings.TruncationsTerminate;
        (_scale, _shift) = (settings.RewardScale, settings.RewardShift);
        Discount = settings.Discount;
        RewardBehindEnd = settings.RepeatsTerminalReward && end == EpisodeEnd.Terminated && rewards.Length > 0 ? Reward(rewards.Length - 1) : null;
    }

    /// <summary>Gets the number of steps <c>T</c>.</summary>
    public int Length => _rewards.Length;

    /// <summary>Gets the discount of a step.</summary>
    public double Discount { get; }

    /// <summary>Gets the reward of a step behind the last one, where the last one counts twice; else null.</summary>
    public double? RewardBehindEnd { get; }

    /// <summary>Gets the number of steps that a rollout from the first one takes at most.</summary>
    public int LongestRollout => Length + (RewardBehindEnd is null ? 0 : 1);

    /// <summary>Gets the reward of a step.</summary>
    /// <param name="t">The step.</param>
    /// <returns>The reward after scale and shift.</returns>
    public double Reward(int t) => (_rewards[t] * _scale) + _shift;

    /// <summary>Gets the first pair's value of an observation.</summary>
    /// <param name="t">The observation.</param>
    /// <returns>The least of the first half of the heads; 0 where the task ended.</returns>
    public double ValueA(int t) => Least(t, 0);

    /// <summary>Gets the second pair's value of an observation.</summary>
    /// <param name="t">The observation.</param>
    /// <returns>The least of the second half of the heads; 0 where the task ended.</returns>
    public double ValueB(int t) => Least(t, _headCount - _pairHeads);

    private double Least(int t, int firstHead)
    {
        if (t == Length && _isTerminal)
        {
            return 0;
        }

        var least = double.PositiveInfinity;
        foreach (var value in _values.Slice((t * _headCount) + firstHead, _pairHeads))
        {
            least = Math.Min(least, value);
        }

        return least;
    }
}
