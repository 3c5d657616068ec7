namespace MemoryRL.Cli;

/// <summary>Why a run ended.</summary>
internal enum RunEnd
{
    /// <summary>The target was reached, and the greedy policy confirmed it.</summary>
    Target = 0,

    /// <summary>The budget of steps was used up.</summary>
    Budget = 1,

    /// <summary>The reader asked for it.</summary>
    Stopped = 2,
}

/// <summary>Says how a run ended, in one sentence.</summary>
internal static class RunVerdict
{
    /// <summary>Writes the sentence.</summary>
    /// <param name="end">Why it ended.</param>
    /// <param name="parameters">The run.</param>
    /// <param name="report">Where it stood at the end.</param>
    /// <returns>The sentence, without a full stop.</returns>
    public static string Write(RunEnd end, RunParameters parameters, RunReport report)
    {
        var isKnown = double.IsFinite(report.SuccessRate);
        var random = $"a random policy: {ReportText.Percent(parameters.RandomSuccess)}";
        var exploring = isKnown ? $"{ReportText.Percent(report.SuccessRate)} while exploring; " : "";
        var success = double.IsFinite(report.GreedySuccessRate)
            ? $"{ReportText.Percent(report.GreedySuccessRate)} success of the greedy policy over {GreedyCheck.Episodes} episodes ({exploring}{random})"
            : $"{(isKnown ? ReportText.Percent(report.SuccessRate) : "too few episodes to tell their")} success ({random})";
        var effort = $"in {ReportText.Duration(report.ElapsedSeconds)}, {ReportText.Count(report.Steps)} steps and {ReportText.Count(report.Episodes)} episodes";
        return end switch
        {
            RunEnd.Target => $"done: {success} {effort}",
            RunEnd.Budget => $"done, the budget is used up before the target of {ReportText.Percent(parameters.TargetSuccess)} was held: {success} {effort}",
            _ => $"stopped in order: {success} {effort}; no finished episode is lost",
        };
    }
}
