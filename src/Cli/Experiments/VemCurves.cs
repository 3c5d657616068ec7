namespace MemoryRL.Cli;

/// <summary>The curves of the page of <c>experiment vem</c>.</summary>
/// <param name="results">The finished runs.</param>
internal sealed class VemCurves(SuiteResults results)
{
    /// <summary>Draws scores over updates.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="title">The title.</param>
    /// <param name="rows">The methods, each with its name in the legend.</param>
    /// <returns>The chart: means over seeds, the bands from the least to the greatest seed.</returns>
    public Chart Scores(string dataset, string title, IEnumerable<(string Name, string Method)> rows) =>
        Draw(dataset, title, "score", rows, point => point.Score);

    /// <summary>Draws successes over updates.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="title">The title.</param>
    /// <param name="rows">The methods, each with its name in the legend.</param>
    /// <returns>The chart.</returns>
    public Chart Successes(string dataset, string title, IEnumerable<(string Name, string Method)> rows) =>
        Draw(dataset, title, "successful episodes (%)", rows, point => 100 * point.Success) with { YRange = (0, 100) };

    /// <summary>Makes a curve of several seeds.</summary>
    /// <param name="name">The name in the legend.</param>
    /// <param name="points">The points of all seeds; a place on the way counts where all seeds have it.</param>
    /// <param name="seeds">The number of seeds.</param>
    /// <returns>The curve of the means with the band from the least to the greatest.</returns>
    public static ChartSeries Series(string name, IEnumerable<(double At, double Value)> points, int seeds)
    {
        var places = points.GroupBy(point => point.At).Where(place => place.Count() == seeds).OrderBy(place => place.Key).Select(place => (At: place.Key, Values: place.Select(point => point.Value).ToArray())).ToArray();
        return new ChartSeries(name, [.. places.Select(place => place.At)], [.. places.Select(place => place.Values.Average())])
        {
            Band = seeds < 2 ? [] : [.. places.Select(place => (place.Values.Min(), place.Values.Max()))],
        };
    }

    private Chart Draw(string dataset, string title, string label, IEnumerable<(string Name, string Method)> rows, Func<ResultPoint, double?> value) => new(
        title,
        "updates",
        label,
        [.. rows.Select(row => (row.Name, Cells: results.Of(dataset, row.Method))).Where(row => row.Cells.Length > 0).Select(row =>
            Series(row.Name, row.Cells.SelectMany(cell => cell.Result.Curve.Select(point => ((double)point.At, value(point) ?? double.NaN))), row.Cells.Length))]);
}
