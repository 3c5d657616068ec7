namespace MemoryRL.Learning;

/// <summary>How many steps each refresh may plan, so that planning keeps its share of all arithmetic: counted in multiplications, never by a clock, so that runs repeat.</summary>
internal static class RefreshSize
{
    // A backward pass takes two products for each one of the forward pass: for the weights and for the inputs.
    private const double TrainingPasses = 3;

    // A planned step is also read, planned backward and written. Measured, one core: a product takes planning 1.0 (mazes, 4 numbers) to 1.2 times (ants, 29)
    // what it takes training; a little more than that keeps the budget in time too.
    private const double PlanningOverhead = 1.3;

    /// <summary>Gets the number of steps that a refresh plans, however many its memory holds.</summary>
    /// <param name="options">Budget, period, batch and sizes.</param>
    /// <param name="features">The number of features of an observation.</param>
    /// <param name="actions">The number of elements of an action.</param>
    /// <param name="heads">The number of value heads.</param>
    /// <returns>The number, 1 or more; null for all steps, where planning may take everything.</returns>
    /// <remarks>
    /// With <c>T</c> operations of training between two refreshes and <c>P</c> of planning a step, its overhead included, planning <c>n</c> steps takes
    /// <c>n P / (n P + T)</c> of all; it is the budget <c>b</c> where <c>n = b / (1 - b) * T / P</c>.
    /// </remarks>
    public static long? Of(VemOptions options, int features, int actions, int heads)
    {
        if (options.PlanningBudget == 1)
        {
            return null;
        }

        var value = heads * WeightCount(features, options.ValueHiddenSizes, 1);
        var actor = options.Schedule == VemSchedule.Interleaved ? WeightCount(features, options.ActorHiddenSizes, actions) : 0;
        var training = options.RefreshPeriod * (double)options.BatchSize * TrainingPasses * (value + actor);
        return long.CreateSaturating(Math.Ceiling(options.PlanningBudget / (1 - options.PlanningBudget) * training / (PlanningOverhead * value)));
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
