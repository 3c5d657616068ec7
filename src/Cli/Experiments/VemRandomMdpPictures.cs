using System.Collections.Immutable;
using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>The pictures of the experiment <c>vem-random-mdp</c>.</summary>
internal static class VemRandomMdpPictures
{
    // Lightest at the smallest expectile; the paper's picture darkens with it.
    private static readonly double[] Shades = [1, 0.82, 0.64, 0.46];

    private static readonly string[] StepColors = ["#ff40ff", "#b07cff", "#66b2ff", "#30e8f0"];

    private static readonly string[] TemperatureColors = ["#ffdd33", "#ffa033", "#f0602f", "#c02020"];

    /// <summary>Draws every picture.</summary>
    /// <param name="result">What was measured.</param>
    /// <returns>The last part of each file's name, a description, and the <c>svg</c> element.</returns>
    public static ImmutableArray<(string Name, string Description, string Svg)> Draw(VemRandomMdpResult result) =>
    [
        ("steps", "Bias, contraction and variance for rollouts of 1 to 4 steps and expectiles of 0.6 to 0.9, on one process", SvgScatter.Render(Operators(
            result, VemStudy.PlanningSteps, [.. VemRandomMdpOptions.Steps], "n", StepColors, "One process, of median variance: rollouts of up to n steps"))),
        ("behaviors", "The same for four behaviours and rollouts of up to 10 steps", SvgScatter.Render(Operators(
            result, VemStudy.Behavior, VemRandomMdpOptions.Temperatures, "a", TemperatureColors, "The same process: behaviours of temperature a, n = 10"))),
        ("noise", "Largest error over the expectile, one line for each size of the noise", SvgChart.Render(Noise(result))),
        ("double", "Estimates of a maximum that is 0, over the number of candidates", SvgChart.Render(Maxima(result))),
    ];

    private static ScatterChart Operators(VemRandomMdpResult result, VemStudy study, IReadOnlyList<double> settings, string letter, string[] colors, string title)
    {
        var shown = new VemCell(VemStudy.PlanningSteps, VemRandomMdpOptions.Steps[^1], VemRandomMdpOptions.Expectiles[^1], VemMeasure.Variance);
        var cells = result.Samples.OrderBy(sample => sample.Cells[shown]).ElementAt(result.Samples.Length / 2).Cells;
        var dots = settings.SelectMany((setting, row) => VemRandomMdpOptions.Expectiles.Select((expectile, column) =>
        {
            double Value(VemMeasure measure) => cells[new VemCell(study, setting, expectile, measure)];
            return (Bias: Value(VemMeasure.Bias), Contraction: Value(VemMeasure.Contraction), Variance: Value(VemMeasure.Variance), Color: Darken(colors[row], Shades[column]));
        })).ToArray();
        return new ScatterChart(
            title,
            [
                new ScatterPanel("bias", "contraction", "area: 800 x variance", [.. dots.Select(dot => new ScatterDot(dot.Bias, dot.Contraction, 800 * dot.Variance, dot.Color))]),
                new ScatterPanel("contraction", "variance", "area: 100 x bias", [.. dots.Select(dot => new ScatterDot(dot.Contraction, dot.Variance, 100 * dot.Bias, dot.Color))]),
            ],
            [
                .. settings.Select((setting, row) => ($"{letter} = {setting}", colors[row])),
                .. VemRandomMdpOptions.Expectiles.Select((expectile, column) => ($"tau {expectile}", Darken("#c8c8c8", Shades[column]))),
            ]);
    }

    private static Chart Noise(VemRandomMdpResult result) => new(
        $"Largest error of noisy values, mean of {result.Options.Mdps:#,0} processes",
        "expectile",
        "max |mean V - V*|",
        [
            .. VemRandomMdpOptions.Noises.Select(noise => new ChartSeries(
                $"noise {noise}",
                VemRandomMdpOptions.NoisyExpectiles,
                [.. VemRandomMdpOptions.NoisyExpectiles.Select(expectile => result.Mean(new VemCell(VemStudy.ExactNoise, noise, expectile, VemMeasure.LargestError)).Mean)])),
        ])
    {
        XRange = (0.5, 1),
    };

    private static Chart Maxima(VemRandomMdpResult result)
    {
        ChartSeries Line(string name, Func<MaximumStudyRow, MeanEstimate> select) => new(
            name,
            [.. result.Maxima.Select(row => (double)row.Candidates)],
            [.. result.Maxima.Select(row => select(row).Mean)])
        {
            Spread = [.. result.Maxima.Select(row => select(row).Deviation)],
        };
        return new Chart(
            "Estimates of the largest of several values that are all 0, with deviations",
            "candidates",
            "estimate",
            [Line("maximum", row => row.Maximum), Line("double", row => row.Double), Line("softmax", row => row.Softmax), Line("double softmax", row => row.DoubleSoftmax)])
        {
            XRange = (0, VemRandomMdpOptions.Candidates[^1] + 4),
        };
    }

    private static string Darken(string color, double shade)
    {
        int Part(int start) => (int)Math.Round(shade * int.Parse(color.AsSpan(start, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return $"#{Part(1):x2}{Part(3):x2}{Part(5):x2}";
    }
}
