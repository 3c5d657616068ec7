namespace MemoryRL.Learning;

/// <summary>How much of a memory each refresh may plan, so that planning keeps its share of all arithmetic: counted in multiplications, never by a clock, so that runs repeat.</summary>
internal static class PlanningShare
{
    // A backward pass takes two products for each one of the forward pass: for the weights and for the inputs.
    private const double TrainingPasses = 3;

    // A planned step is also read, planned backward and written. Measured, one core: a product takes planning 1.0 (mazes, 4 numbers) to 1.2 times (ants, 29)
    // what it takes training; a little more than that keeps the budget in time too.
    private const double PlanningOverhead = 1.3;

    /// <summary>Gets the share of the memory's steps that a refresh plans.</summary>
    /// <param name="options">Budget, period, batch, sizes and the number of steps.</param>
    /// <param name="features">The number of features of an observation.</param>
    /// <param name="actions">The number of elements of an action.</param>
    /// <param name="heads">The number of value heads.</param>
    /// <returns>The share, in (0, 1].</returns>
    /// <remarks>
    /// With <c>T</c> operations of training between two refreshes and <c>P</c> of planning every step, its overhead included, planning a share <c>x</c> takes
    /// <c>x P / (x P + T)</c> of all; it is the budget <c>b</c> where <c>x = b / (1 - b) * T / P</c>.
    /// </remarks>
    public static double Of(VemOptions options, int features, int actions, int heads)
    {
        if (options.MemorySteps == 0 || options.PlanningBudget == 1)
        {
            return 1;
        }

        var value = heads * WeightCount(features, options.ValueHiddenSizes, 1);
        var actor = options.Schedule == VemSchedule.Interleaved ? WeightCount(features, options.ActorHiddenSizes, actions) : 0;
        var training = options.RefreshPeriod * (double)options.BatchSize * TrainingPasses * (value + actor);
        var planning = PlanningOverhead * options.MemorySteps * value;
        return Math.Min(1, options.PlanningBudget / (1 - options.PlanningBudget) * training / planning);
    }

    // One multiplication and one addition for each weight and observation.
    private static double WeightCount(int inputs, IReadOnlyList<int> hidden, int outputs)
    {
        var count = 0.0;
        foreach (var width in hidden)
        {
            count += (double)inputs * width;
            inputs = width;
        }

        return count + ((double)inputs * outputs);
    }
}
