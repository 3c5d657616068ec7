namespace MemoryRL.Cli;

/// <summary>A dot of a scatter chart.</summary>
/// <param name="X">Its position, in the unit of the horizontal axis.</param>
/// <param name="Y">Its position, in the unit of the vertical axis.</param>
/// <param name="Size">Its diameter in points, squared, as Matplotlib's <c>s</c>.</param>
/// <param name="Color">Its colour, as <c>#rrggbb</c>.</param>
internal sealed record ScatterDot(double X, double Y, double Size, string Color);

/// <summary>One of a scatter chart's panels, which stand side by side.</summary>
/// <param name="XLabel">The horizontal axis.</param>
/// <param name="YLabel">The vertical axis.</param>
/// <param name="Note">What the dots' size says.</param>
/// <param name="Dots">The dots.</param>
internal sealed record ScatterPanel(string XLabel, string YLabel, string Note, IReadOnlyList<ScatterDot> Dots);

/// <summary>A scatter chart, described without a pixel.</summary>
/// <param name="Title">The title.</param>
/// <param name="Panels">The panels.</param>
/// <param name="Legend">What the colours stand for.</param>
internal sealed record ScatterChart(string Title, IReadOnlyList<ScatterPanel> Panels, IReadOnlyList<(string Name, string Color)> Legend);
