using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>How a suite's figures read.</summary>
internal static class SuiteText
{
    /// <summary>Writes how a policy did in the measure that its task is judged by.</summary>
    /// <param name="point">The evaluation.</param>
    /// <returns>Its score, or its success where it has no score, or its return.</returns>
    public static string Measure(ResultPoint point) =>
        point.Score is { } score ? $"score {Number(score)}" : point.Success is { } success ? $"success {ReportText.Percent(success)}" : $"return {ReportText.Number(point.Return)}";

    /// <summary>Writes a score or a share in percent with its interval.</summary>
    /// <param name="interval">The interval; null where there is none.</param>
    /// <returns>Such as <c>45.1 [40.0, 50.2]</c>.</returns>
    public static string Number(Interval? interval) => interval is var (estimate, low, high) ? $"{Number(estimate)} [{Number(low)}, {Number(high)}]" : "-";

    /// <summary>Writes a probability with its interval.</summary>
    /// <param name="interval">The interval.</param>
    /// <returns>Such as <c>0.81 [0.70, 0.90]</c>.</returns>
    public static string Probability(Interval interval) => $"{Bound(interval.Estimate)} [{Bound(interval.Low)}, {Bound(interval.High)}]";

    /// <summary>Writes a score.</summary>
    /// <param name="value">The score.</param>
    /// <returns>Such as <c>45.1</c>; a dash where there is none.</returns>
    public static string Number(double value) => double.IsFinite(value) ? value.ToString("#,0.0") : "-";

    private static string Bound(double value) => double.IsFinite(value) ? value.ToString("0.00") : "-";
}
