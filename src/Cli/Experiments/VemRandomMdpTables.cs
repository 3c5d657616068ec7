using System.Collections.Immutable;
using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>What the experiment <c>vem-random-mdp</c> measured, as tables: means with standard errors, the other implementation's in brackets.</summary>
internal static class VemRandomMdpTables
{
    /// <summary>The file of all means.</summary>
    public const string MeansFile = "means.csv";

    /// <summary>The file of all measurements on every process.</summary>
    public const string ProcessesFile = "mdps.csv";

    /// <summary>The file of the double estimation.</summary>
    public const string MaximaFile = "double-estimation.csv";

    /// <summary>Makes the table of rollouts of several lengths.</summary>
    /// <param name="result">What was measured.</param>
    /// <returns>The table.</returns>
    public static TextTable Steps(VemRandomMdpResult result) => Operators(result, VemStudy.PlanningSteps, [.. VemRandomMdpOptions.Steps], "n");

    /// <summary>Makes the table of several behaviours.</summary>
    /// <param name="result">What was measured.</param>
    /// <returns>The table.</returns>
    public static TextTable Behaviors(VemRandomMdpResult result) => Operators(result, VemStudy.Behavior, VemRandomMdpOptions.Temperatures, "a");

    /// <summary>Makes the table of an operator under noise.</summary>
    /// <param name="result">What was measured.</param>
    /// <param name="study">The operator.</param>
    /// <param name="measure">The mean or the largest error.</param>
    /// <returns>The table; the expectile of the least error of a row is marked where the error is the largest one.</returns>
    public static TextTable Noise(VemRandomMdpResult result, VemStudy study, VemMeasure measure) => new(
        ["noise", .. VemRandomMdpOptions.NoisyExpectiles.Select(expectile => $"tau {expectile}"), .. study == VemStudy.GradientNoise ? (ReadOnlySpan<string>)["Bellman optimality"] : []],
        [
            .. VemRandomMdpOptions.Noises.Select(noise => (ImmutableArray<string>)
            [
                $"{noise}",
                .. VemRandomMdpOptions.NoisyExpectiles.Select(expectile =>
                    Cell(result, new VemCell(study, noise, expectile, measure), "0.00") + (measure == VemMeasure.LargestError && result.Best(study, noise).Expectile == expectile ? " *" : "")),
                .. study == VemStudy.GradientNoise ? (ReadOnlySpan<string>)[Cell(result, new VemCell(VemStudy.OptimalityNoise, noise, 1, measure), "0.00")] : [],
            ]),
        ]);

    /// <summary>Makes the table of the double estimation.</summary>
    /// <param name="result">What was measured.</param>
    /// <returns>The table.</returns>
    public static TextTable Maxima(VemRandomMdpResult result) => new(
        ["candidates", "maximum", "double", "softmax", "double softmax"],
        [.. result.Maxima.Select(row => (ImmutableArray<string>)[$"{row.Candidates}", Spread(row.Maximum), Spread(row.Double), Spread(row.Softmax), Spread(row.DoubleSoftmax)])]);

    /// <summary>Makes the table of the verdicts.</summary>
    /// <param name="result">What was measured.</param>
    /// <returns>The table.</returns>
    public static TextTable Verdicts(VemRandomMdpResult result) => new(
        ["what was to be shown", "", "what was found"],
        [.. VemRandomMdpJudgement.Judge(result).Select(verdict => (ImmutableArray<string>)[verdict.Claim, verdict.Holds ? "holds" : "DOES NOT HOLD", verdict.Evidence])]);

    /// <summary>Makes the table of the means that do not agree with the other implementation's.</summary>
    /// <param name="result">What was measured.</param>
    /// <returns>The table, without rows where all agree.</returns>
    public static TextTable Disagreements(VemRandomMdpResult result) => new(
        ["measured", "tau", "here", "the other's", "difference", "in standard errors", "groups as far"],
        [
            .. VemRandomMdpJudgement.Compare(result).Where(comparison => comparison.RelativeDifference > VemRandomMdpJudgement.Agreement).Select(comparison => (ImmutableArray<string>)
            [
                Name(comparison.Cell),
                comparison.Cell.Measure == VemMeasure.Variance ? "any" : $"{comparison.Cell.Expectile}",
                $"{comparison.Own.Mean:0.000} ± {comparison.Own.Error:0.000}",
                $"{comparison.Reference:0.00#}",
                $"{100 * comparison.RelativeDifference:0} %",
                $"{comparison.StandardErrors:0.0}",
                $"{comparison.GroupsAsFar} of {comparison.Groups}",
            ]),
        ]);

    /// <summary>Writes everything that was measured as CSV.</summary>
    /// <param name="result">What was measured.</param>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    public static void Save(VemRandomMdpResult result, string folder)
    {
        _ = Directory.CreateDirectory(folder);
        Save(Path.Combine(folder, MeansFile), new TextTable(
            ["study", "setting", "expectile", "measure", "mean", "standard_error", "deviation", "reference"],
            [.. result.Cells.Select(cell => (ImmutableArray<string>)[.. Key(cell), .. Numbers(result.Mean(cell)), result.Reference(cell) is { } reference ? Number(reference) : ""])]));
        Save(Path.Combine(folder, ProcessesFile), new TextTable(
            ["mdp", "study", "setting", "expectile", "measure", "value"],
            [.. result.Samples.SelectMany((sample, index) => result.Cells.Select(cell => (ImmutableArray<string>)[$"{index}", .. Key(cell), Number(sample.Cells[cell])]))]));
        Save(Path.Combine(folder, MaximaFile), new TextTable(
            ["candidates", "estimator", "mean", "standard_error", "deviation"],
            [
                .. result.Maxima.SelectMany(row => ((string, MeanEstimate)[])[("maximum", row.Maximum), ("double", row.Double), ("softmax", row.Softmax), ("double_softmax", row.DoubleSoftmax)],
                    (row, entry) => (ImmutableArray<string>)[$"{row.Candidates}", entry.Item1, .. Numbers(entry.Item2)]),
            ]));
    }

    private static TextTable Operators(VemRandomMdpResult result, VemStudy study, IReadOnlyList<double> settings, string letter)
    {
        VemMeasure[] measures = [VemMeasure.Bias, VemMeasure.SpanBias, VemMeasure.Contraction];
        var rows = measures.SelectMany(measure => settings, (measure, setting) => (ImmutableArray<string>)
        [
            Name(measure),
            $"{letter} = {setting}",
            .. VemRandomMdpOptions.Expectiles.Select(expectile => Cell(result, new VemCell(study, setting, expectile, measure), "0.000")),
        ]);
        var variances = settings.Select(setting =>
        {
            var cell = new VemCell(study, setting, VemRandomMdpOptions.Expectiles[0], VemMeasure.Variance);
            return (ImmutableArray<string>)["variance, any tau", $"{letter} = {setting}", Cell(MeanEstimate.Of(result.OverExpectiles(cell)), result.Reference(cell), "0.000"), .. VemRandomMdpOptions.Expectiles.Skip(1).Select(_ => "")];
        });
        return new TextTable(["measured", "", .. VemRandomMdpOptions.Expectiles.Select(expectile => $"tau {expectile}")], [.. rows, .. variances]);
    }

    private static string Cell(VemRandomMdpResult result, VemCell cell, string format) => Cell(result.Mean(cell), result.Reference(cell), format);

    private static string Cell(MeanEstimate estimate, double? reference, string format) =>
        $"{Signed(estimate.Mean, format)} ± {estimate.Error.ToString(format)}{(reference is { } other ? $" ({other.ToString(format)})" : "")}";

    // A small negative number that rounds to zero is written as zero.
    private static string Signed(double value, string format) => value.ToString($"{format};-{format};{format}");

    private static string Spread(MeanEstimate estimate) => $"{Signed(estimate.Mean, "0.000")} ± {estimate.Error:0.000}, deviation {estimate.Deviation:0.00}";

    private static string Name(VemMeasure measure) => measure switch
    {
        VemMeasure.Bias => "bias",
        VemMeasure.SpanBias => "span of bias",
        VemMeasure.Contraction => "contraction",
        VemMeasure.Variance => "variance",
        VemMeasure.MeanError => "mean error",
        _ => "largest error",
    };

    private static string Name(VemCell cell) => cell.Study switch
    {
        VemStudy.PlanningSteps => $"{Name(cell.Measure)}, n = {cell.Setting}",
        VemStudy.Behavior => $"{Name(cell.Measure)}, a = {cell.Setting}",
        _ => $"{Name(cell.Measure)}, noise {cell.Setting}",
    };

    private static string[] Key(VemCell cell) => [$"{cell.Study}", Number(cell.Setting), Number(cell.Expectile), $"{cell.Measure}"];

    private static string[] Numbers(MeanEstimate estimate) => [Number(estimate.Mean), Number(estimate.Error), Number(estimate.Deviation)];

    private static string Number(double value) => value.ToString("G9", CultureInfo.InvariantCulture);

    private static void Save(string path, TextTable table) => WholeFile.Replace(path, string.Join('\n', table.Csv()) + "\n");
}
