using System.Net;
using System.Text;

namespace MemoryRL.Cli;

/// <summary>Draws a heat map as SVG that needs nothing else. The colours are those of viridis, which grow lighter with the number and do not need red told from green.</summary>
internal sealed class SvgHeatMap
{
    private const double Margin = 20;
    private const double Top = 34;
    private const double ScaleWidth = 14;
    private const double ScaleRoom = 84;
    private const double LongSide = 420;
    private const string Wall = "#1a1a1a";

    // Every eighth of matplotlib's viridis (van der Walt and Smith 2015) but its darkest, which on paper looks like a wall; between them lines.
    private static readonly (int R, int G, int B)[] Viridis =
    [
        (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141), (39, 173, 129), (92, 200, 99), (170, 220, 50), (253, 231, 37),
    ];

    private readonly StringBuilder _svg = new();
    private readonly HeatMap _map;
    private readonly double _side;
    private readonly ChartAxis _scale;

    private SvgHeatMap(HeatMap map)
    {
        _map = map;
        _side = LongSide / Math.Max(RowCount, ColumnCount);
        var values = map.Values.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        _scale = new ChartAxis(values.Min(), values.Max(), 6, isExact: true);
    }

    private int RowCount => _map.Values.GetLength(0);

    private int ColumnCount => _map.Values.GetLength(1);

    private double Width => Margin + (ColumnCount * _side) + ScaleRoom;

    private double Height => Top + (RowCount * _side) + Margin;

    /// <summary>Draws a heat map.</summary>
    /// <param name="map">What to draw.</param>
    /// <returns>The <c>svg</c> element, usable as a file of its own and inside a page.</returns>
    public static string Render(HeatMap map) => new SvgHeatMap(map).Draw();

    /// <summary>Finds the colour of a share of the scale.</summary>
    /// <param name="share">The share, 0 to 1.</param>
    /// <returns>The colour as <c>#rrggbb</c>.</returns>
    public static string Color(double share)
    {
        var place = Math.Clamp(share, 0, 1) * (Viridis.Length - 1);
        var below = Math.Min((int)place, Viridis.Length - 2);
        var (low, high, part) = (Viridis[below], Viridis[below + 1], place - below);
        return $"#{Mix(low.R, high.R):x2}{Mix(low.G, high.G):x2}{Mix(low.B, high.B):x2}";

        int Mix(int from, int to) => (int)Math.Round(from + (part * (to - from)));
    }

    private string Draw()
    {
        var title = WebUtility.HtmlEncode(_map.Title);
        _svg.Append($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width:0.#} {Height:0.#}" role="img" aria-label="{title}" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif" font-size="12" fill="#333">""");
        _svg.Append($"""<rect width="{Width:0.#}" height="{Height:0.#}" fill="#fff"/><text x="{Margin}" y="20" font-size="14" font-weight="600" fill="#111">{title}</text>""");
        _svg.Append($"""<rect class="walls" x="{Margin}" y="{Top}" width="{ColumnCount * _side:0.##}" height="{RowCount * _side:0.##}" fill="{Wall}"/>""");
        DrawSquares();
        DrawGoal();
        DrawScale();
        return _svg.Append("</svg>\n").ToString();
    }

    // Squares overlap by a hair: without it the background shows between them.
    private void DrawSquares()
    {
        _svg.Append("""<g shape-rendering="crispEdges">""");
        for (var row = 0; row < RowCount; row++)
        {
            for (var column = 0; column < ColumnCount; column++)
            {
                if (double.IsFinite(_map.Values[row, column]))
                {
                    _svg.Append($"""<rect x="{Margin + (column * _side):0.##}" y="{Top + (row * _side):0.##}" width="{_side + 0.05:0.##}" height="{_side + 0.05:0.##}" fill="{Color(_scale.Share(_map.Values[row, column]))}"/>""");
                }
            }
        }

        _svg.Append("</g>");
    }

    private void DrawGoal()
    {
        var (x, y) = (Margin + (_map.Goal.Column * _side), Top + (_map.Goal.Row * _side));
        _svg.Append($"""<g class="goal"><circle cx="{x:0.#}" cy="{y:0.#}" r="7" fill="none" stroke="#fff" stroke-width="4"/><circle cx="{x:0.#}" cy="{y:0.#}" r="7" fill="none" stroke="#111" stroke-width="2"/><circle cx="{x:0.#}" cy="{y:0.#}" r="2" fill="#111"/></g>""");
    }

    private void DrawScale()
    {
        const int Steps = 32;
        var (left, height) = (Margin + (ColumnCount * _side) + 14, RowCount * _side);
        for (var i = 0; i < Steps; i++)
        {
            _svg.Append($"""<rect x="{left:0.#}" y="{Top + (height * (Steps - 1 - i) / Steps):0.##}" width="{ScaleWidth}" height="{(height / Steps) + 0.3:0.##}" fill="{Color((i + 0.5) / Steps)}"/>""");
        }

        foreach (var tick in _scale.Ticks)
        {
            var y = Top + (height * (1 - _scale.Share(tick)));
            _svg.Append($"""<text x="{left + ScaleWidth + 5:0.#}" y="{y + 4:0.#}">{_scale.Label(tick)}</text>""");
        }

        _svg.Append($"""<text transform="translate({Width - 8:0.#} {Top + (height / 2):0.#}) rotate(-90)" text-anchor="middle" fill="#555">{WebUtility.HtmlEncode(_map.ScaleLabel)}</text>""");
    }
}
