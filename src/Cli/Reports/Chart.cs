namespace MemoryRL.Cli;

/// <summary>One curve of a chart; points that are not finite break the line.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="X">The positions, in the unit of the chart's horizontal axis.</param>
/// <param name="Y">The values, as many as <paramref name="X"/>.</param>
/// <param name="MarkersOnly">Whether the points are drawn as marks without a line.</param>
internal sealed record ChartSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, bool MarkersOnly = false)
{
    /// <summary>Gets how far down and up the values scatter, as many as <see cref="Y"/>; empty for a curve without a band.</summary>
    public IReadOnlyList<(double Low, double High)> Band { get; init; } = [];

    /// <summary>Gets how far each value scatters to both sides, drawn as bars; empty for no bars.</summary>
    public IReadOnlyList<double> Spread { get; init; } = [];
}

/// <summary>A horizontal line to compare a curve with.</summary>
/// <param name="Name">What it stands for, written at the line.</param>
/// <param name="Y">Its height.</param>
/// <param name="IsNamedAtStart">Whether the name stands at the left end, where a rising curve leaves room, rather than at the right.</param>
internal sealed record ChartReference(string Name, double Y, bool IsNamedAtStart = false);

/// <summary>A line chart, described without a pixel.</summary>
/// <param name="Title">The title.</param>
/// <param name="XLabel">The horizontal axis with its unit.</param>
/// <param name="YLabel">The vertical axis with its unit.</param>
/// <param name="Series">The curves.</param>
internal sealed record Chart(string Title, string XLabel, string YLabel, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>Gets the lines to compare with.</summary>
    public IReadOnlyList<ChartReference> References { get; init; } = [];

    /// <summary>Gets the fixed horizontal range, or null to take it from 0 to where the curves end.</summary>
    public (double Low, double High)? XRange { get; init; }

    /// <summary>Gets the fixed vertical range, or null to take it from the curves.</summary>
    public (double Low, double High)? YRange { get; init; }

    /// <summary>Gets whether the vertical range taken from the curves begins at zero.</summary>
    public bool FromZero { get; init; } = true;

    /// <summary>Gets whether there is anything to draw.</summary>
    public bool HasData => Series.Any(series => series.Y.Any(double.IsFinite));
}
