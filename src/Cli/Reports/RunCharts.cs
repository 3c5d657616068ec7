namespace MemoryRL.Cli;

/// <summary>The charts of a run's report, made from its metrics.</summary>
internal static class RunCharts
{
    /// <summary>Makes the chart of success over steps.</summary>
    /// <param name="parameters">The run.</param>
    /// <param name="metrics">Its metrics.</param>
    /// <param name="title">The title.</param>
    /// <returns>The chart.</returns>
    public static Chart Success(RunParameters parameters, MetricsTable metrics, string title)
    {
        var (steps, label) = Steps(metrics);
        List<ChartSeries> series = [new(parameters.ActsOnMemory ? "agents, exploring with the memory" : "agents, exploring without the memory", steps, Percent(metrics.Column(RunReportColumns.SuccessRate)))];
        var greedy = Percent(metrics.Column(RunReportColumns.GreedySuccessRate));
        if (greedy.Any(double.IsFinite))
        {
            series.Add(new ChartSeries("greedy policy, checked", steps, greedy, MarkersOnly: true));
        }

        return new Chart(title, label, "successful episodes (%)", series)
        {
            YRange = (0, 100),
            References =
            [
                .. double.IsFinite(parameters.RandomSuccess) ? [new ChartReference($"random policy {100 * parameters.RandomSuccess:0.##} %", 100 * parameters.RandomSuccess)] : (ReadOnlySpan<ChartReference>)[],
                new ChartReference($"target {100 * parameters.TargetSuccess:0.#} %", 100 * parameters.TargetSuccess, IsNamedAtStart: true),
            ],
        };
    }

    /// <summary>Makes every other chart, those without data left out.</summary>
    /// <param name="metrics">The run's metrics.</param>
    /// <returns>The charts in the order of the page.</returns>
    public static IEnumerable<Chart> Others(MetricsTable metrics)
    {
        var (steps, label) = Steps(metrics);
        Chart[] charts =
        [
            new("Return", label, "mean return (reward units)", [new("mean over the recent episodes", steps, metrics.Column(RunReportColumns.MeanReturn))]) { FromZero = false },
            new("Length of an episode", label, "mean length (steps)", [new("mean over the recent episodes", steps, metrics.Column(RunReportColumns.MeanLength))]),
            new("Steps on the memory's advice", label, "share of the steps (%)", [new("advice taken", steps, Percent(metrics.Column(RunReportColumns.AdviceShare)))]) { YRange = (0, 100) },
            new("Losses of the learner", label, "loss", [.. metrics.Columns.Where(ReportText.IsLoss).Select(name => new ChartSeries(ReportText.LossName(name), steps, metrics.Column(name)))]),
            new(
                "Fill of the memory and its stores",
                label,
                "used capacity (%)",
                [
                    new("memory", steps, Percent(metrics.Column(RunReportColumns.Fill("memory")))),
                    new("successes", steps, Percent(metrics.Column(RunReportColumns.Fill("success")))),
                    new("failures", steps, Percent(metrics.Column(RunReportColumns.Fill("failure")))),
                ])
            { YRange = (0, 100) },
            new("Policy that the agents act with", label, "version", [new("policy version", steps, metrics.Column(RunReportColumns.PolicyVersion))]),
            new("Age of that policy", label, "age (seconds)", [new("policy age", steps, metrics.Column(RunReportColumns.PolicyAge))]),
            new("Throughput", label, "thousand steps a second", [new("all agents together", steps, [.. metrics.Column(RunReportColumns.StepsPerSecond).Select(value => value / 1000)])]),
        ];
        return charts.Where(chart => chart.HasData);
    }

    private static double[] Percent(double[] shares) => [.. shares.Select(share => 100 * share)];

    private static (double[] Steps, string Label) Steps(MetricsTable metrics)
    {
        var steps = metrics.Column(RunReportColumns.Steps);
        var (unit, label) = steps.Where(double.IsFinite).DefaultIfEmpty(0).Max() switch
        {
            >= 2e6 => (1e6, "environment steps of all agents (millions)"),
            >= 2e3 => (1e3, "environment steps of all agents (thousands)"),
            _ => (1.0, "environment steps of all agents"),
        };
        return ([.. steps.Select(value => value / unit)], label);
    }
}
