using System.Net;
using System.Text;

namespace MemoryRL.Cli;

/// <summary>Draws a scatter chart as SVG, in the manner of <see cref="SvgChart"/>.</summary>
internal static class SvgScatter
{
    private const double PanelWidth = 440;
    private const double Height = 380;
    private const double Left = 66;
    private const double Right = 16;
    private const double Top = 82;
    private const double Bottom = 50;
    private const double LetterWidth = 6.6;
    private const double PixelsPerPoint = 4.0 / 3;

    // Dots near the edge keep away from the axes by this share of the range.
    private const double Margin = 0.08;

    /// <summary>Draws a chart.</summary>
    /// <param name="chart">What to draw.</param>
    /// <returns>The <c>svg</c> element, usable as a file of its own and inside a page.</returns>
    public static string Render(ScatterChart chart)
    {
        var width = PanelWidth * chart.Panels.Count;
        var svg = new StringBuilder();
        svg.Append($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {Height}" role="img" aria-label="{Text(chart.Title)}" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif" font-size="12" fill="#333">""");
        svg.Append($"""<rect width="{width}" height="{Height}" fill="#fff"/><text x="{Left}" y="20" font-size="15" font-weight="600" fill="#111">{Text(chart.Title)}</text>""");
        var x = Left;
        foreach (var (name, color) in chart.Legend)
        {
            svg.Append($"""<circle cx="{x + 6:0.#}" cy="38" r="5" fill="{color}" stroke="#555" stroke-width="0.5"/><text x="{x + 16:0.#}" y="42">{Text(name)}</text>""");
            x += 34 + (name.Length * LetterWidth);
        }

        foreach (var (i, panel) in chart.Panels.Index())
        {
            Draw(svg, panel, i * PanelWidth);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, ScatterPanel panel, double origin)
    {
        var (left, right, bottom) = (origin + Left, origin + PanelWidth - Right, Height - Bottom);
        var (horizontal, vertical) = (Axis([.. panel.Dots.Select(dot => dot.X)]), Axis([.. panel.Dots.Select(dot => dot.Y)]));
        double X(double value) => left + (horizontal.Share(value) * (right - left));
        double Y(double value) => bottom - (vertical.Share(value) * (bottom - Top));
        svg.Append($"""<text x="{left}" y="{Top - 14}" fill="#555">{Text(panel.Note)}</text>""");
        foreach (var tick in vertical.Ticks)
        {
            svg.Append($"""<line x1="{left}" y1="{Y(tick):0.#}" x2="{right}" y2="{Y(tick):0.#}" stroke="#e4e4e4"/><text x="{left - 8}" y="{Y(tick) + 4:0.#}" text-anchor="end">{vertical.Label(tick)}</text>""");
        }

        foreach (var tick in horizontal.Ticks)
        {
            svg.Append($"""<line x1="{X(tick):0.#}" y1="{bottom}" x2="{X(tick):0.#}" y2="{bottom + 5}" stroke="#888"/><text x="{X(tick):0.#}" y="{bottom + 19}" text-anchor="middle">{horizontal.Label(tick)}</text>""");
        }

        svg.Append($"""<path d="M{left} {Top}V{bottom}H{right}" fill="none" stroke="#888"/>""");
        svg.Append($"""<text x="{(left + right) / 2}" y="{Height - 10}" text-anchor="middle" fill="#555">{Text(panel.XLabel)}</text>""");
        svg.Append($"""<text transform="translate({origin + 16} {(Top + bottom) / 2}) rotate(-90)" text-anchor="middle" fill="#555">{Text(panel.YLabel)}</text>""");

        // Small dots over large ones, so that none is hidden.
        foreach (var dot in panel.Dots.OrderByDescending(dot => dot.Size))
        {
            svg.Append($"""<circle cx="{X(dot.X):0.#}" cy="{Y(dot.Y):0.#}" r="{Math.Max(1.5, Math.Sqrt(dot.Size) / 2 * PixelsPerPoint):0.##}" fill="{dot.Color}" fill-opacity="0.9" stroke="#555" stroke-width="0.5"/>""");
        }
    }

    private static ChartAxis Axis(double[] values)
    {
        var (low, high) = (values.Min(), values.Max());
        var margin = high > low ? Margin * (high - low) : Math.Max(Math.Abs(high), 1) * Margin;
        return new ChartAxis(low - margin, high + margin, 5, isExact: true);
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
