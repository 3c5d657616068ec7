using System.Net;
using System.Text;

namespace MemoryRL.Cli;

/// <summary>Draws a chart as SVG that needs nothing else: no script, no font, no network. Curves differ in colour and in dash, for paper without colour.</summary>
internal static class SvgChart
{
    private const double Width = 720;
    private const double Height = 320;
    private const double Left = 66;
    private const double Right = 24;
    private const double Top = 58;
    private const double Bottom = 50;
    private const int MaxPoints = 600;
    private const double PlotWidth = Width - Left - Right;
    private const double PlotHeight = Height - Top - Bottom;

    // The palette of Okabe and Ito, which people who do not tell red from green can read.
    private static readonly string[] Colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56b4e9", "#444444"];
    private static readonly string[] Dashes = ["", "7 3", "2 3", "9 3 2 3", "4 2", "1 2", "12 4"];

    /// <summary>Draws a chart.</summary>
    /// <param name="chart">What to draw.</param>
    /// <returns>The <c>svg</c> element, usable as a file of its own and inside a page.</returns>
    public static string Render(Chart chart)
    {
        var x = HorizontalAxis(chart);
        var y = VerticalAxis(chart);
        var svg = new StringBuilder();
        svg.Append($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" role="img" aria-label="{Text(chart.Title)}" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif" font-size="12" fill="#333">""");
        svg.Append($"""<rect width="{Width}" height="{Height}" fill="#fff"/><text x="{Left}" y="20" font-size="15" font-weight="600" fill="#111">{Text(chart.Title)}</text>""");
        DrawLegend(svg, chart);
        DrawGrid(svg, chart, x, y);
        DrawReferences(svg, chart, y);
        for (var i = 0; i < chart.Series.Count; i++)
        {
            DrawSeries(svg, chart.Series[i], i, x, y);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static ChartAxis HorizontalAxis(Chart chart)
    {
        var xs = chart.Series.SelectMany(series => series.X).Where(double.IsFinite).DefaultIfEmpty(0);
        return new ChartAxis(0, xs.Max(), 7, isExact: true);
    }

    private static ChartAxis VerticalAxis(Chart chart)
    {
        if (chart.YRange is var (low, high))
        {
            return new ChartAxis(low, high, 5, isExact: true);
        }

        var values = chart.Series.SelectMany(series => series.Y).Concat(chart.References.Select(reference => reference.Y)).Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (min, max) = (values.Min(), values.Max());
        return new ChartAxis(chart.FromZero ? Math.Min(0, min) : min, chart.FromZero ? Math.Max(0, max) : max, 5, isExact: false);
    }

    private static void DrawLegend(StringBuilder svg, Chart chart)
    {
        var position = Left;
        for (var i = 0; i < chart.Series.Count; i++)
        {
            var series = chart.Series[i];
            svg.Append(series.MarkersOnly
                ? $"""<circle cx="{position + 11:0.#}" cy="38" r="4" fill="{Color(i)}"/>"""
                : $"""<line x1="{position:0.#}" y1="38" x2="{position + 22:0.#}" y2="38" stroke="{Color(i)}" stroke-width="2.2"{Dash(i)}/>""");
            svg.Append($"""<text x="{position + 27:0.#}" y="42">{Text(series.Name)}</text>""");
            position += 45 + (series.Name.Length * 6.6);
        }
    }

    private static void DrawGrid(StringBuilder svg, Chart chart, ChartAxis x, ChartAxis y)
    {
        foreach (var tick in y.Ticks)
        {
            var at = Vertical(y, tick);
            svg.Append($"""<line x1="{Left}" y1="{at:0.#}" x2="{Width - Right}" y2="{at:0.#}" stroke="#e4e4e4"/><text x="{Left - 8}" y="{at + 4:0.#}" text-anchor="end">{y.Label(tick)}</text>""");
        }

        foreach (var tick in x.Ticks)
        {
            var at = Horizontal(x, tick);
            svg.Append($"""<line x1="{at:0.#}" y1="{Height - Bottom}" x2="{at:0.#}" y2="{Height - Bottom + 5}" stroke="#888"/><text x="{at:0.#}" y="{Height - Bottom + 19}" text-anchor="middle">{x.Label(tick)}</text>""");
        }

        svg.Append($"""<path d="M{Left} {Top}V{Height - Bottom}H{Width - Right}" fill="none" stroke="#888"/>""");
        svg.Append($"""<text x="{Left + (PlotWidth / 2)}" y="{Height - 10}" text-anchor="middle" fill="#555">{Text(chart.XLabel)}</text>""");
        svg.Append($"""<text transform="translate(16 {Top + (PlotHeight / 2)}) rotate(-90)" text-anchor="middle" fill="#555">{Text(chart.YLabel)}</text>""");
    }

    private static void DrawReferences(StringBuilder svg, Chart chart, ChartAxis y)
    {
        foreach (var reference in chart.References)
        {
            var at = Vertical(y, reference.Y);
            svg.Append($"""<line x1="{Left}" y1="{at:0.#}" x2="{Width - Right}" y2="{at:0.#}" stroke="#777" stroke-width="1.3" stroke-dasharray="5 4"/>""");
            svg.Append($"""<text x="{Width - Right - 4}" y="{at - 5:0.#}" text-anchor="end" fill="#555" font-style="italic" stroke="#fff" stroke-width="3" paint-order="stroke">{Text(reference.Name)}</text>""");
        }
    }

    private static void DrawSeries(StringBuilder svg, ChartSeries series, int index, ChartAxis x, ChartAxis y)
    {
        if (series.MarkersOnly)
        {
            for (var i = 0; i < series.X.Count; i++)
            {
                if (double.IsFinite(series.Y[i]))
                {
                    svg.Append($"""<circle cx="{Horizontal(x, series.X[i]):0.#}" cy="{Vertical(y, series.Y[i]):0.#}" r="4" fill="{Color(index)}" stroke="#fff"/>""");
                }
            }

            return;
        }

        svg.Append($"""<path fill="none" stroke="{Color(index)}" stroke-width="2.2" stroke-linejoin="round"{Dash(index)} d=""").Append('"');
        var isDrawing = false;
        foreach (var (px, py) in Thin(series))
        {
            if (double.IsFinite(py))
            {
                svg.Append(isDrawing ? 'L' : 'M').Append($"{Horizontal(x, px):0.#} {Vertical(y, py):0.#}");
            }

            isDrawing = double.IsFinite(py);
        }

        svg.Append("\"/>");
    }

    // More points than pixels only make the file large: neighbours are averaged.
    private static IEnumerable<(double X, double Y)> Thin(ChartSeries series)
    {
        var group = Math.Max(1, (series.X.Count + MaxPoints - 1) / MaxPoints);
        for (var start = 0; start < series.X.Count; start += group)
        {
            var count = Math.Min(group, series.X.Count - start);
            yield return (series.X.Skip(start).Take(count).Average(), series.Y.Skip(start).Take(count).Average());
        }
    }

    private static double Horizontal(ChartAxis axis, double value) => Left + (axis.Share(value) * PlotWidth);

    private static double Vertical(ChartAxis axis, double value) => Height - Bottom - (axis.Share(value) * PlotHeight);

    private static string Color(int index) => Colors[index % Colors.Length];

    private static string Dash(int index) => Dashes[index % Dashes.Length] is { Length: > 0 } dash ? $" stroke-dasharray=\"{dash}\"" : "";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
