using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>Shows what the experiment <c>cliff-walking-reflection</c> found.</summary>
internal static class ReflectionReport
{
    private const int CurvePoints = 101;

    /// <summary>Draws the arms' mean success over training episodes.</summary>
    /// <param name="result">What was found.</param>
    /// <returns>The chart.</returns>
    public static Chart Curve(CliffWalkingReflectionResult result)
    {
        var series = CliffWalkingReflection.Arms.Select(arm =>
        {
            var curve = CliffWalkingReflectionFiles.MeanCurve(result, arm.Arm, CurvePoints);
            return new ChartSeries(arm.Arm, [.. curve.Select(point => point.Episodes)], [.. curve.Select(point => 100 * point.Success)]);
        });
        return new Chart($"Sparse Cliff Walking: greedy success, mean of {result.Options.Seeds} seeds", "training episodes", "successful greedy episodes (%)", [.. series])
        {
            YRange = (0, 100),
            References = [new ChartReference($"target {100 * result.Options.Target:0.#} %", 100 * result.Options.Target, IsNamedAtStart: true)],
        };
    }

    /// <summary>Writes the arms as lines of text.</summary>
    /// <param name="result">What was found.</param>
    /// <returns>A heading and one line an arm.</returns>
    public static IEnumerable<string> Lines(CliffWalkingReflectionResult result)
    {
        yield return $"{"arm",-20} {"reached",8} {"episodes to target, mean",26} {"median",22} {"falls to target, mean",26} {"falls, whole budget",26}";
        foreach (var arm in result.Arms)
        {
            yield return $"{arm.Arm,-20} {Reached(arm),8} {Text(arm.MeanEpisodes, arm),26} {Text(arm.MedianEpisodes, arm),22} {Text(arm.MeanFallsToTarget, arm),26} {Text(arm.MeanFalls),26}";
        }
    }

    /// <summary>Makes the page.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="chart">The curves.</param>
    /// <param name="arguments">The command line that does it again.</param>
    /// <returns>The whole page.</returns>
    public static string Render(CliffWalkingReflectionResult result, Chart chart, string arguments)
    {
        var options = result.Options;
        var page = HtmlPage.Begin("Does it help to remember failures?", "Three arms that differ in nothing but the memory, on sparse Cliff Walking: 1 at the goal, a fall ends the episode with 0, 100 steps.");
        page.Append($"<figure>\n{SvgChart.Render(chart)}</figure>\n<table>\n<thead><tr><th>arm</th><th>reached the target</th><th>episodes to the target, mean</th><th>median</th><th>falls to the target, mean</th><th>falls, whole budget</th></tr></thead>\n<tbody>\n");
        foreach (var arm in result.Arms)
        {
            page.Append($"<tr><td>{HtmlPage.Text(arm.Arm)}</td><td>{Reached(arm)}</td><td>{Text(arm.MeanEpisodes, arm)}</td><td>{Text(arm.MedianEpisodes, arm)}</td><td>{Text(arm.MeanFallsToTarget, arm)}</td><td>{Text(arm.MeanFalls)}</td></tr>\n");
        }

        page.Append($"</tbody>\n</table>\n<p>In brackets: 95 % bootstrap intervals over {options.Seeds} seeds. The target is met when {100 * options.Target:0.#} % of {options.EvaluationEpisodes} greedy episodes succeed for the first time, looked at after every feeding. ");
        page.Append("Runs that never met it count with the whole budget; then the figure is a lower bound, marked &ge;.</p>\n<h2>What ran</h2>\n");
        HtmlPage.AppendFacts(
            page,
            [
                ("Seeds", $"{options.FirstSeed} to {options.FirstSeed + options.Seeds - 1}"),
                ("Budget", $"{options.EpisodeBudget:#,0} training episodes a run"),
                ("Agents", $"{options.Agents}"),
                ("Learner options", options.LearnerOptions.IsEmpty ? "the algorithm's defaults" : string.Join(", ", options.LearnerOptions.Select(option => $"{option.Key}={option.Value}"))),
                ("Tensors", BuildInformation.TensorEngine),
            ]);
        page.Append("<h2>Do it again</h2>\n");
        HtmlPage.AppendCommand(page, arguments);
        return HtmlPage.End(page, "Every number is in <code>arms.csv</code>, <code>runs.csv</code> and <code>curves.csv</code>, beside this page.");
    }

    private static string Reached(ReflectionArm arm) => $"{arm.Runs - arm.Censored} of {arm.Runs}";

    private static string Text(Interval interval, ReflectionArm arm) => (arm.Censored > 0 ? "≥ " : "") + Text(interval);

    private static string Text(Interval interval) => $"{interval.Estimate:#,0} [{interval.Low:#,0}, {interval.High:#,0}]";
}
