namespace MemoryRL.Cli;

/// <summary>What an agent would be worth that went the shortest way at its best speed: a stand-in for a maze's optimal values, from its map alone.</summary>
/// <remarks>
/// Our choice. It knows no turning, no slipping and no speed that has to be gained first, so that the truth lies below it; the order of the squares,
/// which rank correlation looks at, depends on the lengths of the ways alone.
/// </remarks>
/// <param name="MetersPerStep">The speed.</param>
/// <param name="EndsAtGoal">Whether reaching the goal ends the episode; else its reward is paid there for ever.</param>
/// <param name="Discount">The discount of a step.</param>
/// <param name="RewardScale">What rewards are multiplied with.</param>
/// <param name="RewardShift">What is then added to them.</param>
internal sealed record MazeOptimum(double MetersPerStep, bool EndsAtGoal, double Discount, double RewardScale, double RewardShift)
{
    /// <summary>Finds the value of a place.</summary>
    /// <param name="distance">The length of the shortest way to the goal's disc, in metres.</param>
    /// <returns>
    /// The discounted rewards: the shift alone for each step on the way, and 1, scaled and shifted, for the step that arrives and, where the goal ends
    /// nothing, for each one after it.
    /// </returns>
    public double ValueAt(double distance)
    {
        var steps = Math.Max(1, Math.Ceiling((distance / MetersPerStep) - 1e-9));
        var arrival = Math.Pow(Discount, steps - 1);
        var way = RewardShift * (1 - arrival) / (1 - Discount);
        var goal = RewardScale + RewardShift;
        return way + (arrival * (EndsAtGoal ? goal : goal / (1 - Discount)));
    }
}
