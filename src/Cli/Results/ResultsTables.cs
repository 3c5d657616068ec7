using System.Collections.Immutable;
using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>Tables of results, for people and for programs.</summary>
internal static class ResultsTables
{
    private static readonly (string Title, Func<PointSummary, SeedSummary?> Value, Func<Interval, string> Text)[] Measures =
    [
        ("return", point => point.Return, EvaluationText.Number),
        ("score (D4RL refs)", point => point.Score, EvaluationText.Number),
        ("success", point => point.Success, EvaluationText.Share),
    ];

    /// <summary>Makes a task's table for people: one row a method, the last policies' figures left of the best ones'.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The table, with the measures that the task has.</returns>
    public static TextTable Table(TaskResults task)
    {
        var hasData = task.Methods.Any(method => method.Dataset is not null);
        var measures = Measures.Where(measure => task.Methods.Any(method => measure.Value(method.Final) is not null)).ToArray();
        return new TextTable(
            [
                "method", .. hasData ? ["data"] : (string[])[], "seeds", "trained",
                .. measures.Select(measure => $"final {measure.Title}"), .. measures.Select(measure => $"best {measure.Title}"), "best at",
            ],
            [.. task.Methods.Select(method => (ImmutableArray<string>)
            [
                method.Method, .. hasData ? [method.Dataset ?? "own"] : (string[])[], ReportText.Count(method.Seeds.Length), Range(method.Final.MinAt, method.Final.MaxAt, method.Final.Unit),
                .. measures.Select(measure => Cell(measure, method.Final)), .. measures.Select(measure => Cell(measure, method.Best)),
                method.Best is { } best ? Range(best.MinAt, best.MaxAt, best.Unit) : "-",
            ])]);
    }

    /// <summary>Makes the table of all tasks for programs: two rows a method, <c>final</c> and <c>best</c>.</summary>
    /// <param name="report">The results.</param>
    /// <returns>The table.</returns>
    public static TextTable Csv(ResultsReport report) => new(
        [
            "task", "dataset", "method", "algorithm", "policy", "seeds", "at_min", "at_max", "at_unit", "episodes_min", "episodes_max",
            .. Columns("return"), .. Columns("score_d4rl_references"), .. Columns("success"),
        ],
        [.. report.Tasks.SelectMany(task => task.Methods.SelectMany(method => Rows(task, method)))]);

    private static IEnumerable<ImmutableArray<string>> Rows(TaskResults task, MethodResults method)
    {
        foreach (var (name, point) in new[] { ("final", method.Final), ("best", method.Best) })
        {
            if (point is not null)
            {
                yield return
                [
                    task.Task, method.Dataset ?? "", method.Method, method.Algorithm, name, EvaluationCsv.Cell(method.Seeds.Length),
                    EvaluationCsv.Cell(point.MinAt), EvaluationCsv.Cell(point.MaxAt), point.Unit, EvaluationCsv.Cell(point.MinEpisodes), EvaluationCsv.Cell(point.MaxEpisodes),
                    .. Cells(point.Return), .. Cells(point.Score), .. Cells(point.Success),
                ];
            }
        }
    }

    private static IEnumerable<string> Columns(string measure) => [measure, $"{measure}_low", $"{measure}_high", $"{measure}_iqm", $"{measure}_iqm_low", $"{measure}_iqm_high"];

    private static IEnumerable<string> Cells(SeedSummary? summary) => [.. EvaluationCsv.Cells(summary?.Mean), .. EvaluationCsv.Cells(summary?.InterquartileMean)];

    private static string Cell((string Title, Func<PointSummary, SeedSummary?> Value, Func<Interval, string> Text) measure, PointSummary? point) =>
        point is not null && measure.Value(point) is { } summary ? measure.Text(summary.Mean) : "-";

    private static string Range(long low, long high, string unit) => low == high ? $"{low:#,0} {unit}" : $"{low:#,0} to {high:#,0} {unit}";
}
