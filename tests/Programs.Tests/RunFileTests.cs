using System.Collections.Immutable;
using System.Xml.Linq;
using MemoryRL.Cli;

namespace MemoryRL.Programs.Tests;

public sealed class RunFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Metrics_are_read_back_as_they_were_written_also_where_columns_came_late()
    {
        var path = Path.Combine(_folder.Path, "metrics.csv");
        var table = MetricsTable.Create();
        table.Add(Report(1, ImmutableSortedDictionary<string, double>.Empty));
        table.Write(path);
        Assert.True(table.Add(Report(2, ImmutableSortedDictionary<string, double>.Empty.Add("losses/policy_loss", 0.1234567891))));
        table.Write(path);
        Assert.False(table.Add(Report(3, ImmutableSortedDictionary<string, double>.Empty)));
        table.AppendTo(path);

        var read = MetricsTable.Read(path);

        Assert.Equal([1, 2, 3], read.Column("elapsed_seconds"));
        Assert.Equal([double.NaN, 0.123456789, double.NaN], read.Column("losses/policy_loss"));
        Assert.Equal(0.123456789, read.Last("losses/policy_loss"));
        Assert.Equal(long.MaxValue / 1024, read.Last("steps"), 1024.0);
        Assert.Equal(table.Columns, read.Columns);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("steps,episodes\n1\n", "line 2: expected 2 fields but got 1")]
    [InlineData("steps\nmany\n", "line 2: expected a number but got 'many'")]
    public void Damaged_metrics_are_refused_with_the_line(string text, string expected)
    {
        var path = Path.Combine(_folder.Path, "damaged.csv");
        File.WriteAllText(path, text);

        Assert.Contains(expected, Assert.Throws<FormatException>(() => MetricsTable.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_is_well_formed_and_draws_every_series_inside_its_frame()
    {
        var chart = new Chart("a < b & \"c\"", "steps", "success (%)", [new ChartSeries("one", [0, 1, 2, 3], [0, double.NaN, 50, 100]), new ChartSeries("two", [0, 3], [20, 30], MarkersOnly: true)])
        {
            YRange = (0, 100),
            References = [new ChartReference("random <15 %>", 15)],
        };

        var svg = XDocument.Parse(SvgChart.Render(chart)).Root!;
        XNamespace ns = "http://www.w3.org/2000/svg";

        Assert.Contains(svg.Descendants(ns + "text"), text => text.Value == "a < b & \"c\"");
        Assert.Contains(svg.Descendants(ns + "text"), text => text.Value == "random <15 %>");
        var line = svg.Descendants(ns + "path").Select(path => path.Attribute("d")!.Value).Single(d => d.StartsWith("M66 ", StringComparison.Ordinal) && !d.Contains('V', StringComparison.Ordinal));
        Assert.Equal(2, line.Count(letter => letter == 'M'));
        Assert.Equal(2 + 1, svg.Descendants(ns + "circle").Count());
    }

    [Theory]
    [InlineData(8)]
    [InlineData(30)]
    public void No_two_curves_of_a_chart_look_the_same(int count)
    {
        var chart = new Chart("many", "steps", "score", [.. Enumerable.Range(0, count).Select(number => new ChartSeries($"{number}", [0, 1], [0, number]))]);

        XNamespace ns = "http://www.w3.org/2000/svg";
        var curves = XDocument.Parse(SvgChart.Render(chart)).Root!.Descendants(ns + "path").Where(path => (string?)path.Attribute("stroke-width") == "2.2").ToList();

        Assert.Equal(count, curves.Count);
        Assert.Distinct(curves.Select(curve => ((string?)curve.Attribute("stroke"), (string?)curve.Attribute("stroke-dasharray"))));
    }

    [Theory]
    [InlineData(0, 100, "0 20 40 60 80 100")]
    [InlineData(0, 0.97, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(-13, 0, "-15 -10 -5 0")]
    [InlineData(7, 7, "6.0 6.5 7.0 7.5 8.0")]
    public void An_axis_has_round_ticks(double low, double high, string expected)
    {
        var axis = new ChartAxis(low, high, 5, isExact: false);

        Assert.Equal(expected, string.Join(' ', axis.Ticks.Select(axis.Label)));
        Assert.InRange(low, axis.Low, axis.High);
        Assert.InRange(high, axis.Low, axis.High);
    }

    private static RunReport Report(double seconds, ImmutableSortedDictionary<string, double> metrics) =>
        new() { ElapsedSeconds = seconds, Steps = long.MaxValue / 1024, StepsPerSecond = 1, Episodes = 2, LearnerMetrics = metrics };
}
