using System.Globalization;
using System.Runtime.InteropServices;
using System.Xml.Linq;
using MemoryRL.Cli;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Programs.Tests;

/// <summary>Values over mazes: the squares, the ways, the optimum, the errors and the pictures.</summary>
public sealed class ValueMapTests
{
    private static readonly MazeMap Umaze = ((IMazeEnvironment)EnvironmentRegistry.Find("point-maze-umaze").Create().Unwrapped).Map;

    [Fact]
    public void Squares_lie_in_their_cells_and_places_lead_back_to_them()
    {
        var squares = new MazeSubcells(Umaze, 3);

        Assert.Equal((15, 15), (squares.RowCount, squares.ColumnCount));
        Assert.Equal(7 * 9, squares.FreeSquares().Count());
        foreach (var (row, column) in squares.FreeSquares())
        {
            var (x, y) = squares.CenterOf(row, column);
            Assert.Equal(new MazeCell(row / 3, column / 3), Umaze.CellAt(x, y));
            var place = squares.PlaceOf(x, y);
            Assert.Equal((row + 0.5, column + 0.5), (Math.Round(place.Row, 9), Math.Round(place.Column, 9)));
        }
    }

    [Fact]
    public void Ways_around_the_bend_have_the_lengths_that_a_ruler_finds()
    {
        // One square a cell, of 1 m: the goal at (1, 1), the way out to (1, 3), down to (3, 3), back to (3, 1). No corner can be cut.
        var squares = new MazeSubcells(Umaze, 1);
        var (x, y) = squares.CenterOf(1, 1);

        var distances = squares.DistancesTo((x, y), 0.1);

        (int Row, int Column)[] way = [(1, 1), (1, 2), (1, 3), (2, 3), (3, 3), (3, 2), (3, 1)];
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], way.Select(square => distances[square.Row, square.Column]));
        Assert.Equal(25 - 7, distances.Cast<double>().Count(double.IsNaN));
    }

    [Fact]
    public void Ways_go_straight_and_aslant_where_there_is_room()
    {
        // Three squares a cell, of a third of a metre. From the far corner of the goal's cell two squares aslant lead to its near corner.
        var squares = new MazeSubcells(Umaze, 3);
        var distances = squares.DistancesTo(squares.CenterOf(3, 3), 0.01);

        Assert.Equal(2 * Math.Sqrt(2) / 3, distances[5, 5], 1e-12);
        Assert.Equal(8.0 / 3, distances[3, 11], 1e-12);

        // Around the inner corner above (6, 9), which is not cut: two aslant and four straight to (5, 9), then one down.
        var aslant = Math.Sqrt(2);
        Assert.Equal((4 + (2 * aslant) + 1) / 3, distances[6, 9], 1e-12);
    }

    [Fact]
    public void The_goals_disc_is_where_ways_begin()
    {
        var squares = new MazeSubcells(Umaze, 5);
        var distances = squares.DistancesTo(Umaze.AnchorOf(Umaze.GoalCell), 0.5);

        foreach (var (row, column) in squares.FreeSquares())
        {
            var (x, y) = squares.CenterOf(row, column);
            var (goalX, goalY) = Umaze.AnchorOf(Umaze.GoalCell);
            Assert.Equal(Math.Sqrt(((x - goalX) * (x - goalX)) + ((y - goalY) * (y - goalY))) <= 0.5 + 1e-9, distances[row, column] == 0);
        }
    }

    [Theory]
    [InlineData(true, 1, 0)]
    [InlineData(true, 1, -1)]
    [InlineData(false, 1, 0)]
    [InlineData(false, 2, 0.5)]
    public void The_optimum_is_the_discounted_sum_of_the_rewards_on_the_way(bool endsAtGoal, double scale, double shift)
    {
        const double Discount = 0.9;
        var optimum = new MazeOptimum(0.05, endsAtGoal, Discount, scale, shift);
        foreach (var steps in (int[])[1, 2, 7, 40])
        {
            var (expected, weight) = (0.0, 1.0);
            for (var step = 1; step <= (endsAtGoal ? steps : 2000); step++)
            {
                expected += weight * ((step >= steps ? scale : 0) + shift);
                weight *= Discount;
            }

            Assert.Equal(expected, optimum.ValueAt(steps * 0.05), 1e-9);
        }

        Assert.Equal(optimum.ValueAt(0.05), optimum.ValueAt(0), 1e-12);
    }

    [Fact]
    public void Rank_correlation_is_that_of_closed_cases()
    {
        Assert.Equal(1, RankCorrelation.Spearman([1, 2, 3, 4], [1, 10, 100, 1000]), 1e-12);
        Assert.Equal(-1, RankCorrelation.Spearman([1, 2, 3], [-1, -5, -6]), 1e-12);
        Assert.Equal(0, RankCorrelation.Spearman([1, 2, 3], [7, 7, 7]));

        // 1 - 6 sum d^2 / (n (n^2 - 1)) with d = 1, 1, 1, 1, 0 of 5.
        Assert.Equal(1 - (6.0 * 4 / (5 * 24)), RankCorrelation.Spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]), 1e-12);

        // Equal numbers share a rank: 1.5, 1.5, 3 against 1, 2, 3.
        Assert.Equal(1.5 / Math.Sqrt(1.5 * 2), RankCorrelation.Spearman([5, 5, 6], [1, 2, 3]), 1e-12);
    }

    [Fact]
    public void Errors_look_past_scale_and_offset_but_not_past_a_reversal()
    {
        double[] optimum = [-4, -1, 0, 3];
        Assert.Equal(new ValueError(0, 0), Rounded(ValueError.Of([.. optimum.Select(value => (0.2 * value) - 7)], optimum)));
        Assert.Equal(new ValueError(2, 2), Rounded(ValueError.Of([.. optimum.Select(value => -value)], optimum)));
        Assert.Equal(new ValueError(1, 2), Rounded(ValueError.Of([1, 1, 1, 1], optimum)));
    }

    [Fact]
    public void Values_are_looked_up_at_rest_in_every_free_square_and_drawn_where_they_belong()
    {
        var maze = new MazeValues("point-maze-umaze");
        using var heads = new PositionValues();

        var values = maze.Evaluate(heads);

        // Heads say x and x + 2 y: their mean is x + y.
        var squares = new MazeSubcells(Umaze, MazeValues.SquaresPerSide);
        Assert.Equal(squares.FreeSquares().Select(square => squares.CenterOf(square.Row, square.Column)).Select(point => Math.Round(point.X + point.Y, 4)), values.Select(value => Math.Round(value, 4)));
        Assert.Equal(7 * 25, maze.Optimum(1, 0, 0.99).Length);

        var map = maze.Map("title", "V", values);
        Assert.Equal((25, 25), (map.Values.GetLength(0), map.Values.GetLength(1)));
        Assert.Equal((7.5 + 1, 7.5 + 1), (Math.Round(map.Goal.Row, 9), Math.Round(map.Goal.Column, 9)));
        Assert.True(double.IsNaN(map.Values[0, 0]) && double.IsNaN(map.Values[10, 10]));
        Assert.Equal(values[0], map.Values[5, 5]);
    }

    [Fact]
    public void A_heat_map_has_a_square_for_each_number_in_its_place_and_colour()
    {
        double[,] values = { { double.NaN, 0, 1 }, { 2, double.NaN, 4 } };

        var svg = XDocument.Parse(SvgHeatMap.Render(new HeatMap("a <title>", "V", values, (1.5, 2.5))));

        XNamespace space = "http://www.w3.org/2000/svg";
        var drawn = svg.Descendants(space + "g").First().Elements(space + "rect").Select(rect => (X: Number(rect, "x"), Y: Number(rect, "y"), Fill: rect.Attribute("fill")!.Value)).ToArray();
        const double Side = 420.0 / 3;
        Assert.Equal([(1, 0), (2, 0), (0, 1), (2, 1)], drawn.Select(rect => ((int)Math.Round((rect.X - 20) / Side), (int)Math.Round((rect.Y - 34) / Side))));
        Assert.Equal(["#472c7a", SvgHeatMap.Color(0.25), "#249e87", "#fde725"], drawn.Select(rect => rect.Fill));
        var goal = svg.Descendants(space + "circle").First();
        Assert.Equal((20 + (2.5 * Side), 34 + (1.5 * Side)), (Number(goal, "cx"), Number(goal, "cy")));
        Assert.Equal("a <title>", svg.Root!.Attribute("aria-label")!.Value);
    }

    [Fact]
    public void A_curves_band_reaches_from_its_lows_to_its_highs()
    {
        var series = new ChartSeries("a", [0, 10], [5, 6]) { Band = [(4, 8), (6, 10)] };

        var svg = XDocument.Parse(SvgChart.Render(new Chart("t", "x", "y", [series]) { YRange = (0, 10) }));

        var points = svg.Descendants().Single(element => element.Name.LocalName == "polygon").Attribute("points")!.Value.Split(' ').Select(point => point.Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.Equal(4, points.Length);

        // High at the start, high at the end, then back along the lows; the axis begins at the chart's bottom and ends at its top.
        Assert.Equal(points[0][0], points[3][0]);
        Assert.Equal(points[1][0], points[2][0]);
        var unit = (points[3][1] - points[0][1]) / 4;
        Assert.Equal(2 * unit, points[0][1] - points[1][1], 0.2);
        Assert.Equal(2 * unit, points[3][1] - points[2][1], 0.2);
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static ValueError Rounded(ValueError error) => new(Math.Round(error.Order, 9), Math.Round(error.Size, 9));

    // Two heads that say where the ball is.
    private sealed class PositionValues : IValueFunction
    {
        public long Version => 1;

        public int HeadCount => 2;

        public void Evaluate(ReadOnlySpan<byte> observations, Span<float> values)
        {
            var rows = MemoryMarshal.Cast<byte, float>(observations);
            Assert.Equal(values.Length / 2, rows.Length / 4);
            for (var i = 0; i < rows.Length / 4; i++)
            {
                Assert.Equal((0f, 0f), (rows[(4 * i) + 2], rows[(4 * i) + 3]));
                values[2 * i] = rows[4 * i];
                values[(2 * i) + 1] = rows[4 * i] + (2 * rows[(4 * i) + 1]);
            }
        }

        public void Dispose()
        {
        }
    }
}
