using System.Net;
using System.Text;

namespace MemoryRL.Cli;

/// <summary>Draws a chart as SVG that needs nothing else: no script, no font, no network. Curves differ in colour and in dash, for paper without colour.</summary>
internal sealed class SvgChart
{
    private const double Left = 66;
    private const double Right = 20;
    private const double Bottom = 50;
    private const double LegendRow = 17;
    private const double LetterWidth = 6.6;
    private const int MaxPoints = 600;

    // The palette of Okabe and Ito, which people who do not tell red from green can read, and a brown. There is one colour more than there are dashes: the two go round out of step, so that 56 curves differ.
    private static readonly string[] Colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56b4e9", "#444444", "#7f4f24"];
    private static readonly string[] Dashes = ["", "7 3", "2 3", "9 3 2 3", "4 2", "1 2", "12 4"];

    private readonly StringBuilder _svg = new();
    private readonly Chart _chart;
    private readonly double _width;
    private readonly double _height;
    private readonly double _top;
    private readonly ChartAxis _x;
    private readonly ChartAxis _y;

    private SvgChart(Chart chart, double width, double height)
    {
        _chart = chart;
        (_width, _height) = (width, height);
        _x = HorizontalAxis(chart, width);
        _y = VerticalAxis(chart);
        _top = 40 + (LegendRow * LegendPositions().Select(entry => entry.Row).DefaultIfEmpty(0).Max()) + 18;
    }

    private double PlotBottom => _height - Bottom;

    private double PlotRight => _width - Right;

    /// <summary>Draws a chart as wide as the page.</summary>
    /// <param name="chart">What to draw.</param>
    /// <returns>The <c>svg</c> element, usable as a file of its own and inside a page.</returns>
    public static string Render(Chart chart) => new SvgChart(chart, 760, 340).Draw();

    /// <summary>Draws a chart of which two stand side by side.</summary>
    /// <param name="chart">What to draw.</param>
    /// <returns>The <c>svg</c> element.</returns>
    public static string RenderSmall(Chart chart) => new SvgChart(chart, 460, 280).Draw();

    private static ChartAxis HorizontalAxis(Chart chart, double width)
    {
        if (chart.XRange is var (low, high))
        {
            return new ChartAxis(low, high, (int)(width / 80), isExact: true);
        }

        var xs = chart.Series.SelectMany(series => series.X).Where(double.IsFinite).DefaultIfEmpty(0);
        return new ChartAxis(0, xs.Max(), (int)(width / 80), isExact: true);
    }

    private static ChartAxis VerticalAxis(Chart chart)
    {
        if (chart.YRange is var (low, high))
        {
            return new ChartAxis(low, high, 5, isExact: true);
        }

        var values = chart.Series.SelectMany(Heights).Concat(chart.References.Select(reference => reference.Y)).Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (min, max) = (values.Min(), values.Max());
        return new ChartAxis(chart.FromZero ? Math.Min(0, min) : min, chart.FromZero ? Math.Max(0, max) : max, 5, isExact: false);
    }

    private static IEnumerable<double> Heights(ChartSeries series) => series.Y
        .Concat(series.Y.Zip(series.Spread).SelectMany(point => (double[])[point.First - point.Second, point.First + point.Second]))
        .Concat(series.Band.SelectMany(band => (double[])[band.Low, band.High]));

    private static string Color(int index) => Colors[index % Colors.Length];

    private static string Dash(int index) => Dashes[index % Dashes.Length] is { Length: > 0 } dash ? $" stroke-dasharray=\"{dash}\"" : "";

    private static string Text(string text) => WebUtility.HtmlEncode(text);

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

    private string Draw()
    {
        _svg.Append($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_width} {_height}" role="img" aria-label="{Text(_chart.Title)}" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif" font-size="12" fill="#333">""");
        _svg.Append($"""<rect width="{_width}" height="{_height}" fill="#fff"/><text x="{Left}" y="20" font-size="15" font-weight="600" fill="#111">{Text(_chart.Title)}</text>""");
        DrawLegend();
        DrawGrid();
        DrawReferences();
        for (var i = 0; i < _chart.Series.Count; i++)
        {
            DrawBand(_chart.Series[i], i);
        }

        for (var i = 0; i < _chart.Series.Count; i++)
        {
            DrawSeries(_chart.Series[i], i);
        }

        return _svg.Append("</svg>\n").ToString();
    }

    private IEnumerable<(double X, int Row)> LegendPositions()
    {
        var (x, row) = (Left, 0);
        foreach (var series in _chart.Series)
        {
            var width = 45 + (series.Name.Length * LetterWidth);
            if (x > Left && x + width > PlotRight + 15)
            {
                (x, row) = (Left, row + 1);
            }

            yield return (x, row);
            x += width;
        }
    }

    private void DrawLegend()
    {
        foreach (var (i, (x, row)) in LegendPositions().Index())
        {
            var y = 38 + (row * LegendRow);
            _svg.Append(_chart.Series[i].MarkersOnly
                ? $"""<circle cx="{x + 11:0.#}" cy="{y}" r="4" fill="{Color(i)}"/>"""
                : $"""<line x1="{x:0.#}" y1="{y}" x2="{x + 22:0.#}" y2="{y}" stroke="{Color(i)}" stroke-width="2.2"{Dash(i)}/>""");
            _svg.Append($"""<text x="{x + 27:0.#}" y="{y + 4}">{Text(_chart.Series[i].Name)}</text>""");
        }
    }

    private void DrawGrid()
    {
        foreach (var tick in _y.Ticks)
        {
            var at = Vertical(tick);
            _svg.Append($"""<line x1="{Left}" y1="{at:0.#}" x2="{PlotRight}" y2="{at:0.#}" stroke="#e4e4e4"/><text x="{Left - 8}" y="{at + 4:0.#}" text-anchor="end">{_y.Label(tick)}</text>""");
        }

        foreach (var tick in _x.Ticks)
        {
            var at = Horizontal(tick);
            _svg.Append($"""<line x1="{at:0.#}" y1="{PlotBottom}" x2="{at:0.#}" y2="{PlotBottom + 5}" stroke="#888"/><text x="{at:0.#}" y="{PlotBottom + 19}" text-anchor="middle">{_x.Label(tick)}</text>""");
        }

        _svg.Append($"""<path d="M{Left} {_top}V{PlotBottom}H{PlotRight}" fill="none" stroke="#888"/>""");
        _svg.Append($"""<text x="{(Left + PlotRight) / 2}" y="{_height - 10}" text-anchor="middle" fill="#555">{Text(_chart.XLabel)}</text>""");
        _svg.Append($"""<text transform="translate(16 {(_top + PlotBottom) / 2}) rotate(-90)" text-anchor="middle" fill="#555">{Text(_chart.YLabel)}</text>""");
    }

    private void DrawReferences()
    {
        foreach (var reference in _chart.References)
        {
            var at = Vertical(reference.Y);
            var (x, anchor) = reference.IsNamedAtStart ? (Left + 6, "start") : (PlotRight - 4, "end");
            _svg.Append($"""<line x1="{Left}" y1="{at:0.#}" x2="{PlotRight}" y2="{at:0.#}" stroke="#777" stroke-width="1.3" stroke-dasharray="5 4"/>""");
            _svg.Append($"""<text x="{x}" y="{at - 5:0.#}" text-anchor="{anchor}" fill="#555" font-style="italic" stroke="#fff" stroke-width="3" paint-order="stroke">{Text(reference.Name)}</text>""");
        }
    }

    private void DrawBand(ChartSeries series, int index)
    {
        var points = series.X.Zip(series.Band, (x, band) => (X: x, band.Low, band.High)).Where(point => double.IsFinite(point.Low) && double.IsFinite(point.High)).ToArray();
        if (points.Length < 2)
        {
            return;
        }

        var outline = points.Select(point => (point.X, Y: point.High)).Concat(points.Reverse().Select(point => (point.X, Y: point.Low)));
        _svg.Append($"""<polygon fill="{Color(index)}" fill-opacity="0.13" points="{string.Join(' ', outline.Select(point => $"{Horizontal(point.X):0.#},{Vertical(point.Y):0.#}"))}"/>""");
    }

    private void DrawSeries(ChartSeries series, int index)
    {
        foreach (var (i, spread) in series.Spread.Index())
        {
            // Neighbouring bars of several curves stand side by side.
            var at = Horizontal(series.X[i]) + (4 * (index - ((_chart.Series.Count - 1) / 2.0)));
            _svg.Append($"""<path d="M{at:0.#} {Vertical(series.Y[i] - spread):0.#}V{Vertical(series.Y[i] + spread):0.#}" stroke="{Color(index)}" stroke-opacity="0.55"/>""");
        }

        if (series.MarkersOnly)
        {
            foreach (var (x, y) in series.X.Zip(series.Y).Where(point => double.IsFinite(point.Second)))
            {
                _svg.Append($"""<circle cx="{Horizontal(x):0.#}" cy="{Vertical(y):0.#}" r="4.5" fill="{Color(index)}" stroke="#fff"/>""");
            }

            return;
        }

        _svg.Append($"""<path fill="none" stroke="{Color(index)}" stroke-width="2.2" stroke-linejoin="round"{Dash(index)} d=""").Append('"');
        var isDrawing = false;
        foreach (var (x, y) in Thin(series))
        {
            if (double.IsFinite(y))
            {
                _svg.Append(isDrawing ? 'L' : 'M').Append($"{Horizontal(x):0.#} {Vertical(y):0.#}");
            }

            isDrawing = double.IsFinite(y);
        }

        _svg.Append("\"/>");
    }

    private double Horizontal(double value) => Left + (_x.Share(value) * (PlotRight - Left));

    private double Vertical(double value) => PlotBottom - (_y.Share(value) * (PlotBottom - _top));
}
