namespace MemoryRL.Grains.Interfaces;

/// <summary>How targets are planned: <c>MemoryRL.Core.PlanSettings</c> as it travels.</summary>
/// <param name="Discount">The discount of a step, in [0, 1].</param>
/// <param name="MaxSteps">The longest rollout before the bootstrap, in steps; 0 for the whole rest of the episode.</param>
/// <param name="Estimator">The estimator as a number of <c>MemoryRL.Core.PlanEstimator</c>.</param>
/// <param name="RewardScale">What a reward is multiplied with.</param>
/// <param name="RewardShift">What is then added to it.</param>
/// <param name="TruncationsTerminate">Whether a truncated episode is planned as a terminated one.</param>
/// <param name="RepeatsTerminalReward">Whether the reward of a terminated episode's last step counts twice.</param>
[GenerateSerializer, Immutable, Alias("memoryrl.PlanSettingsMessage")]
public sealed record PlanSettingsMessage(
    [property: Id(0)] double Discount,
    [property: Id(1)] int MaxSteps,
    [property: Id(2)] int Estimator,
    [property: Id(3)] double RewardScale,
    [property: Id(4)] double RewardShift,
    [property: Id(5)] bool TruncationsTerminate,
    [property: Id(6)] bool RepeatsTerminalReward);
