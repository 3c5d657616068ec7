using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>How augmented random search searches.</summary>
/// <remarks>Mania, Guy and Recht 2018, "Simple random search provides a competitive approach to reinforcement learning", arXiv:1803.07055, algorithm 2 (V2-t).</remarks>
public sealed record ArsSettings
{
    /// <summary>Gets the step size <c>alpha</c>, above 0.</summary>
    public double StepSize { get; init; } = 0.02;

    /// <summary>Gets the number of directions <c>N</c> that an iteration tries, each forward and backward, at least 1.</summary>
    public int Directions { get; init; } = 16;

    /// <summary>Gets the number of directions <c>b</c> that an update uses, the best ones, 1 to <see cref="Directions"/>.</summary>
    public int TopDirections { get; init; } = 8;

    /// <summary>Gets how far a direction is gone, <c>nu</c>, above 0.</summary>
    public double Noise { get; init; } = 0.025;

    /// <summary>Gets the bonus for survival that a task pays at each step and training leaves out, so that standing still is worth nothing.</summary>
    public double SurvivalBonus { get; init; }

    /// <summary>Gets the settings for a task.</summary>
    /// <param name="task">The task's name.</param>
    /// <returns>
    /// The paper's for the four locomotion tasks, as the RL Zoo lists them (https://github.com/DLR-RM/rl-baselines3-zoo, hyperparams/ars.yml,
    /// "closest to original paper"); for others the defaults, which are our choice.
    /// </returns>
    public static ArsSettings For(string task) => task switch
    {
        "hopper" => new ArsSettings { StepSize = 0.01, Directions = 8, TopDirections = 4, Noise = 0.025, SurvivalBonus = 1 },
        "walker2d" => new ArsSettings { StepSize = 0.03, Directions = 40, TopDirections = 30, Noise = 0.025, SurvivalBonus = 1 },
        "half-cheetah" => new ArsSettings { StepSize = 0.02, Directions = 32, TopDirections = 4, Noise = 0.03 },
        "ant" => new ArsSettings { StepSize = 0.015, Directions = 60, TopDirections = 20, Noise = 0.025, SurvivalBonus = 1 },
        _ => new ArsSettings(),
    };

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(StepSize > 0 && double.IsFinite(StepSize), "ars.step_size", "a number above 0", StepSize);
        InvalidExperienceException.ThrowUnless(Directions is >= 1 and <= 1_000_000, "ars.directions", "1 to 1,000,000 directions", Directions);
        InvalidExperienceException.ThrowUnless(TopDirections >= 1 && TopDirections <= Directions, "ars.top_directions", $"1 to {Directions}", TopDirections);
        InvalidExperienceException.ThrowUnless(Noise > 0 && double.IsFinite(Noise), "ars.noise", "a number above 0", Noise);
        InvalidExperienceException.ThrowUnless(double.IsFinite(SurvivalBonus), "ars.survival_bonus", "a finite number", SurvivalBonus);
    }
}
