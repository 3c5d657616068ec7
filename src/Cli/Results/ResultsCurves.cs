namespace MemoryRL.Cli;

/// <summary>Draws the learning curves of gathered runs: a picture for each task and data set, a curve for each run.</summary>
internal static class ResultsCurves
{
    /// <summary>Draws the pictures.</summary>
    /// <param name="runs">The runs.</param>
    /// <returns>File names with their SVG, in the order of the names; runs that were never evaluated on the way are in none.</returns>
    public static IEnumerable<(string FileName, string Picture)> Draw(IEnumerable<GatheredRun> runs) =>
        from run in runs
        where run.Result.Curve.Length > 0
        group run.Result by (run.Result.Task, run.Result.Dataset, run.Result.ProgressUnit) into same
        let name = same.Key.Dataset ?? same.Key.Task
        let file = $"{Path.GetFileNameWithoutExtension(name)}-{same.Key.ProgressUnit}.svg"
        orderby file
        select (file, SvgChart.Render(Chart(name, same.Key.ProgressUnit, [.. same.OrderBy(result => result.Method, StringComparer.Ordinal).ThenBy(result => result.Seed)])));

    private static Chart Chart(string title, string unit, IReadOnlyList<RunResult> results)
    {
        var hasReturns = results.All(result => result.Curve.All(point => double.IsFinite(point.Return)));
        return new Chart(title, unit, hasReturns ? "mean return" : "success", [.. results.Select(Series)]);

        ChartSeries Series(RunResult result) => new(
            $"{result.Method}, seed {result.Seed}",
            [.. result.Curve.Select(point => (double)point.At)],
            [.. result.Curve.Select(point => hasReturns ? point.Return : point.Success ?? double.NaN)]);
    }
}
