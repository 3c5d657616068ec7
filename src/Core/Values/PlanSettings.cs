namespace MemoryRL.Core;

/// <summary>How targets are planned along stored episodes: the memory-based planning of VEM (Ma et al. 2021, arXiv:2110.09796, Eq. 5, and Eq. 6 as recalled).</summary>
public sealed record PlanSettings
{
    // Far from where sums of float32 rewards leave float64.
    private const double Far = 1e9;

    /// <summary>Gets the discount of a step, in [0, 1].</summary>
    public double Discount { get; init; } = 0.99;

    /// <summary>Gets the longest rollout before the bootstrap, in steps (<c>n_max</c>); 0 for the whole rest of the episode.</summary>
    public int MaxSteps { get; init; }

    /// <summary>Gets how the maximum over lengths is estimated.</summary>
    public PlanEstimator Estimator { get; init; } = PlanEstimator.Twin;

    /// <summary>Gets what a reward is multiplied with before anything else, in [-1,000,000,000, 1,000,000,000].</summary>
    public double RewardScale { get; init; } = 1;

    /// <summary>Gets what is then added to it, in [-1,000,000,000, 1,000,000,000].</summary>
    public double RewardShift { get; init; }

    /// <summary>Gets whether a truncated episode is planned as a terminated one. The official code does so; off by default, since a time limit ends no task.</summary>
    public bool TruncationsTerminate { get; init; }

    /// <summary>
    /// Gets whether the reward of a terminated episode's last step counts twice in rollouts of two or more steps that reach it. The official code,
    /// which repeats that step, does so; off by default.
    /// </summary>
    public bool RepeatsTerminalReward { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(Discount is >= 0 and <= 1, "plan.discount", "0 to 1", Discount);
        InvalidExperienceException.ThrowUnless(MaxSteps >= 0, "plan.max_steps", "0 or more steps", MaxSteps);
        InvalidExperienceException.ThrowUnless(Enum.IsDefined(Estimator), "plan.estimator", "Twin or Single", Estimator);
        InvalidExperienceException.ThrowUnless(RewardScale is >= -Far and <= Far, "plan.reward_scale", "-1e9 to 1e9", RewardScale);
        InvalidExperienceException.ThrowUnless(RewardShift is >= -Far and <= Far, "plan.reward_shift", "-1e9 to 1e9", RewardShift);
    }
}
