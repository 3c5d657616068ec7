using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>How numbers of a report read.</summary>
internal static class ReportText
{
    /// <summary>Writes a share as a percentage.</summary>
    /// <param name="share">The share, in [0, 1].</param>
    /// <returns>Such as <c>46.2 %</c>; a dash where there is none yet.</returns>
    public static string Percent(double share) => double.IsFinite(share) ? $"{(100 * share).ToString(share is > 0 and < 0.001 ? "0.##" : "0.0")} %" : "-";

    /// <summary>Writes a number with as many digits as help.</summary>
    /// <param name="value">The number.</param>
    /// <returns>Such as <c>0.462</c>; a dash where there is none yet.</returns>
    public static string Number(double value) => double.IsFinite(value) ? value.ToString(Math.Abs(value) >= 100 ? "#,0.0" : "0.###") : "-";

    /// <summary>Writes how far an interval reaches, behind its estimate.</summary>
    /// <param name="interval">The interval.</param>
    /// <returns>Such as <c> [1,200.5, 1,310.0]</c>, with the space before it; empty where too little was seen for bounds.</returns>
    public static string Bounds(Interval interval) => double.IsFinite(interval.Low) && double.IsFinite(interval.High) ? $" [{interval.Low:#,0.0}, {interval.High:#,0.0}]" : "";

    /// <summary>Writes a count.</summary>
    /// <param name="value">The count.</param>
    /// <returns>Such as <c>1,234,567</c>.</returns>
    public static string Count(double value) => value.ToString("#,0");

    /// <summary>Writes how full a store is.</summary>
    /// <param name="fill">The store.</param>
    /// <returns>Such as <c>5,210 steps (26 %)</c>.</returns>
    public static string Fill(StoreFill fill) => $"{fill.Steps:#,0} steps ({100 * fill.Share:0} %)";

    /// <summary>Writes the time that a run took.</summary>
    /// <param name="seconds">The seconds.</param>
    /// <returns>Such as <c>31 s</c> or <c>4 min 5 s</c>.</returns>
    public static string Duration(double seconds) =>
        seconds < 60 ? $"{seconds:0.#} s" : seconds < 3600 ? $"{(int)seconds / 60} min {(int)seconds % 60} s" : $"{(int)seconds / 3600} h {(int)seconds % 3600 / 60} min";

    /// <summary>Writes the learner's losses on one line.</summary>
    /// <param name="report">The report.</param>
    /// <returns>Such as <c>policy 0.012, value 0.345</c>; empty before the first update.</returns>
    public static string Losses(RunReport report) =>
        string.Join(", ", report.LearnerMetrics.Where(metric => IsLoss(metric.Key)).Select(metric => $"{LossName(metric.Key)} {Number(metric.Value)}"));

    /// <summary>Tells whether a learner's metric is a loss.</summary>
    /// <param name="name">The metric's name.</param>
    /// <returns>Whether it is in the group <c>losses</c> and named so.</returns>
    public static bool IsLoss(string name) => name.StartsWith("losses/", StringComparison.Ordinal) && name.EndsWith("_loss", StringComparison.Ordinal);

    /// <summary>Names a loss for people.</summary>
    /// <param name="name">The metric's name.</param>
    /// <returns>Such as <c>policy</c> for <c>losses/policy_loss</c>.</returns>
    public static string LossName(string name) => name["losses/".Length..^"_loss".Length].Replace('_', ' ');
}
