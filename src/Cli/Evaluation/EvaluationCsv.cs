using System.Collections.Immutable;
using System.Globalization;
using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>Writes evaluations as CSV: a row for each policy and seed of the episodes, then one for each method over its seeds.</summary>
internal static class EvaluationCsv
{
    /// <summary>Makes the table.</summary>
    /// <param name="report">What was found.</param>
    /// <returns>The table; <c>level</c> says what the interval is over: <c>episodes</c>, <c>policies</c> or <c>evaluation seeds</c>.</returns>
    public static TextTable Table(EvaluationReport report) => new(
        [
            "task", "method", "policy", "part", "mode", "level", "count", "seed", "episodes",
            "return", "return_low", "return_high", "return_iqm", "return_iqm_low", "return_iqm_high",
            "score_d4rl_references", "score_low", "score_high", "success", "success_low", "success_high", "mean_length", "min_length", "max_length",
        ],
        [.. report.Tasks.SelectMany(task => task.Policies.Select(row => Row(report, task, row)).Concat(task.Methods.Select(row => Row(report, task, row))))]);

    /// <summary>Writes a number so that it can be read back.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The number; empty where it is null or not finite.</returns>
    public static string Cell(double? value) => value is { } number && double.IsFinite(number) ? number.ToString("G9", CultureInfo.InvariantCulture) : "";

    /// <summary>Writes an estimate and the ends of its interval.</summary>
    /// <param name="interval">The interval; null where there is none.</param>
    /// <returns>Three cells.</returns>
    public static ImmutableArray<string> Cells(Interval? interval) => [Cell(interval?.Estimate), Cell(interval?.Low), Cell(interval?.High)];

    private static ImmutableArray<string> Row(EvaluationReport report, TaskEvaluation task, PolicyEvaluation row) =>
    [
        task.Task, row.Method, row.Policy, row.Part, report.Mode, "episodes", Cell(task.Episodes), Cell(row.Seed), Cell(task.Episodes),
        .. Cells(row.Return), .. Cells(null), .. Cells(row.Score), .. Cells(row.Success), Cell(row.MeanLength), Cell(row.MinLength), Cell(row.MaxLength),
    ];

    private static ImmutableArray<string> Row(EvaluationReport report, TaskEvaluation task, MethodEvaluation row) =>
    [
        task.Task, row.Method, "", "", report.Mode, row.Over, Cell(row.Count), "", Cell(task.Episodes),
        .. Cells(row.Return.Mean), .. Cells(row.Return.InterquartileMean), .. Cells(row.Score?.Mean), .. Cells(row.Success?.Mean), "", "", "",
    ];
}
