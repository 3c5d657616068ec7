using System.Text;

namespace MemoryRL.Cli;

/// <summary>Writes a run's page: what ran, what came of it, the curves, the numbers, how to do it again. One file that needs no network.</summary>
internal static class HtmlReport
{
    private const int TableRows = 12;

    /// <summary>Makes the page.</summary>
    /// <param name="parameters">The run.</param>
    /// <param name="metrics">Its metrics.</param>
    /// <param name="outcome">What came of it, in one sentence.</param>
    /// <returns>The whole page.</returns>
    public static string Render(RunParameters parameters, MetricsTable metrics, string outcome)
    {
        var page = HtmlPage.Begin(Title(parameters), outcome);
        AppendFigures(page, parameters, metrics);
        page.Append($"<figure>\n{SvgChart.Render(RunCharts.Success(parameters, metrics, "Success"))}</figure>\n");
        page.Append("<p>Success is the share of the most recent episodes that reached the goal while the agents explored; the dashed line is what a policy reaches that chooses its actions at random.</p>\n");
        page.Append("<h2>Curves</h2>\n<div class=\"pair\">\n");
        foreach (var chart in RunCharts.Others(metrics))
        {
            page.Append($"<figure>\n{SvgChart.RenderSmall(chart)}</figure>\n");
        }

        page.Append("</div>\n");
        AppendNumbers(page, metrics);
        AppendFacts(page, parameters);
        AppendReproduction(page, parameters);
        return HtmlPage.End(page, "Every number is in <code>metrics.csv</code>, every setting in <code>params.json</code>, beside this page.");
    }

    private static string Title(RunParameters parameters) => $"{parameters.Agents} agents on {parameters.Task} with {parameters.Algorithm}";

    private static void AppendFigures(StringBuilder page, RunParameters parameters, MetricsTable metrics)
    {
        (string Value, string Name)[] figures =
        [
            (ReportText.Percent(metrics.Last(RunReportColumns.SuccessRate)), "success of the exploring agents"),
            (ReportText.Percent(metrics.Last(RunReportColumns.GreedySuccessRate)), "success of the greedy policy"),
            (ReportText.Percent(parameters.RandomSuccess), "success of a random policy"),
            (ReportText.Duration(metrics.Last(RunReportColumns.Elapsed)), "time"),
            (ReportText.Count(metrics.Last(RunReportColumns.Steps)), "steps"),
            (ReportText.Count(metrics.Last(RunReportColumns.Episodes)), "episodes"),
        ];
        page.Append("<ul class=\"figures\">");
        foreach (var (value, name) in figures.Where(figure => figure.Value != "-"))
        {
            page.Append($"<li><b>{Text(value)}</b><span>{Text(name)}</span></li>");
        }

        page.Append("</ul>\n");
    }

    private static void AppendNumbers(StringBuilder page, MetricsTable metrics)
    {
        (string Heading, string Column, Func<double, string> Format)[] columns =
        [
            ("time (s)", RunReportColumns.Elapsed, ReportText.Number),
            ("steps", RunReportColumns.Steps, ReportText.Count),
            ("episodes", RunReportColumns.Episodes, ReportText.Count),
            ("success", RunReportColumns.SuccessRate, ReportText.Percent),
            ("return", RunReportColumns.MeanReturn, ReportText.Number),
            ("length", RunReportColumns.MeanLength, ReportText.Number),
            ("advice", RunReportColumns.AdviceShare, ReportText.Percent),
            ("updates", RunReportColumns.Updates, ReportText.Count),
            ("policy", RunReportColumns.PolicyVersion, ReportText.Count),
            ("steps/s", RunReportColumns.StepsPerSecond, ReportText.Count),
        ];
        page.Append("<h2>Numbers</h2>\n<table>\n<thead><tr>");
        page.Append(string.Concat(columns.Select(column => $"<th>{Text(column.Heading)}</th>"))).Append("</tr></thead>\n<tbody>\n");
        var values = columns.Select(column => metrics.Column(column.Column)).ToArray();
        foreach (var row in Spread(metrics.RowCount))
        {
            page.Append("<tr>").Append(string.Concat(columns.Select((column, i) => $"<td>{Text(column.Format(values[i][row]))}</td>"))).Append("</tr>\n");
        }

        page.Append("</tbody>\n</table>\n");
    }

    private static void AppendFacts(StringBuilder page, RunParameters parameters)
    {
        (string Name, string Value)[] facts =
        [
            ("Task", parameters.Task),
            ("Algorithm", parameters.Algorithm + (parameters.ActsOnMemory ? "" : ", acting without the memory")),
            ("Options", parameters.Options.IsEmpty ? "the algorithm's defaults" : string.Join(", ", parameters.Options.Select(option => $"{option.Key}={option.Value}"))),
            ("Seed", $"{parameters.Seed}"),
            ("Agents, threads", $"{parameters.Agents}, {parameters.Threads}"),
            ("Budget", $"{ReportText.Count(parameters.Steps)} steps"),
            ("Memory", $"{ReportText.Count(parameters.Memory.CapacitySteps)} steps; success and failure store {ReportText.Count(parameters.Memory.TrajectoryCapacitySteps)} steps each; durability {parameters.Memory.Durability}"),
            ("Grains, tensors", $"GrainHost={parameters.GrainHost}, TensorEngine={parameters.TensorEngine}"),
            ("Machine", parameters.Machine),
            ("Started", $"{parameters.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"),
        ];
        page.Append("<h2>What ran</h2>\n");
        HtmlPage.AppendFacts(page, facts);
    }

    private static void AppendReproduction(StringBuilder page, RunParameters parameters)
    {
        page.Append("<h2>Do it again</h2>\n<p>With MemoryRL's source at version ").Append(Text(parameters.Version)).Append(":</p>\n");
        HtmlPage.AppendCommand(page, parameters.CommandLine);
        page.Append("<p>Agents, environments and networks draw from the seed; the agents and the learner run at the same time, so that runs with one seed resemble each other but are not equal step by step.</p>\n");
    }

    // The first row, the last, and as many between as fit on paper.
    private static IEnumerable<int> Spread(int count) =>
        Enumerable.Range(0, Math.Min(TableRows, count)).Select(i => count <= TableRows ? i : (int)((long)i * (count - 1) / (TableRows - 1)));

    private static string Text(string text) => HtmlPage.Text(text);
}
