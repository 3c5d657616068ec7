using System.Net;
using System.Text;

namespace MemoryRL.Cli;

/// <summary>Writes a run's page: what ran, what came of it, the curves, the numbers, how to do it again. One file that needs no network.</summary>
internal static class HtmlReport
{
    private const int TableRows = 12;

    private const string Style = """
        :root { color-scheme: light; }
        body { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: #222; background: #fff; max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .3rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid #ddd; padding-bottom: .2rem; }
        .outcome { font-size: 1.1rem; margin: 0 0 1.2rem; } .figures { display: grid; grid-template-columns: repeat(3, 1fr); gap: .6rem; margin: 1rem 0; padding: 0; list-style: none; }
        .figures li { border: 1px solid #ddd; border-radius: 6px; padding: .5rem .8rem; } .figures b { display: block; font-size: 1.35rem; line-height: 1.3; } .figures span { color: #666; font-size: .85rem; }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(380px, 1fr)); gap: .5rem 1.5rem; } figure { margin: 1rem 0; break-inside: avoid; } svg { width: 100%; height: auto; display: block; }
        table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums; } th, td { padding: .25rem .5rem; border-bottom: 1px solid #e4e4e4; text-align: right; vertical-align: top; }
        th:first-child, td:first-child { text-align: left; } thead th { border-bottom: 1px solid #999; font-weight: 600; } table.facts td, table.facts th { text-align: left; } table.facts th { width: 14rem; font-weight: 600; }
        pre { background: #f5f5f5; padding: .7rem .9rem; border-radius: 6px; overflow-x: auto; font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; } code { overflow-wrap: anywhere; } footer { color: #666; font-size: .85rem; margin-top: 2.5rem; }
        @media print { .pair { grid-template-columns: 1fr 1fr; } body { font-size: 11pt; margin: 0; max-width: none; padding: 0; } figure, table, .figures { break-inside: avoid; } h2 { break-after: avoid; } pre { border: 1px solid #ccc; } @page { margin: 16mm; } }
        """;

    /// <summary>Makes the page.</summary>
    /// <param name="parameters">The run.</param>
    /// <param name="metrics">Its metrics.</param>
    /// <param name="outcome">What came of it, in one sentence.</param>
    /// <returns>The whole page.</returns>
    public static string Render(RunParameters parameters, MetricsTable metrics, string outcome)
    {
        var page = new StringBuilder();
        page.Append($"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{Text(Title(parameters))}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n");
        page.Append($"<h1>{Text(Title(parameters))}</h1>\n<p class=\"outcome\">{Text(outcome)}</p>\n");
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
        page.Append($"<footer>Written by memoryrl {Text(parameters.Version)}. Every number is in <code>metrics.csv</code>, every setting in <code>params.json</code>, beside this page.</footer>\n</body>\n</html>\n");
        return page.ToString();
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
        page.Append("<h2>What ran</h2>\n<table class=\"facts\">\n<tbody>\n");
        foreach (var (name, value) in facts)
        {
            page.Append($"<tr><th scope=\"row\">{Text(name)}</th><td>{Text(value)}</td></tr>\n");
        }

        page.Append("</tbody>\n</table>\n");
    }

    private static void AppendReproduction(StringBuilder page, RunParameters parameters)
    {
        page.Append("<h2>Do it again</h2>\n<p>With MemoryRL's source at version ").Append(Text(parameters.Version)).Append(":</p>\n");
        page.Append($"<pre>dotnet run -c Release --project src/Cli -- {Text(parameters.CommandLine)}</pre>\n");
        page.Append("<p>Agents, environments and networks draw from the seed; the agents and the learner run at the same time, so that runs with one seed resemble each other but are not equal step by step.</p>\n");
    }

    // The first row, the last, and as many between as fit on paper.
    private static IEnumerable<int> Spread(int count) =>
        Enumerable.Range(0, Math.Min(TableRows, count)).Select(i => count <= TableRows ? i : (int)((long)i * (count - 1) / (TableRows - 1)));

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
