namespace MemoryRL.Cli;

/// <summary>One thing that the experiment was to show.</summary>
/// <param name="Claim">What was to be shown.</param>
/// <param name="Holds">Whether it was.</param>
/// <param name="Evidence">What was found, with its size.</param>
internal sealed record Verdict(string Claim, bool Holds, string Evidence);

/// <summary>A mean beside the one that another implementation measured.</summary>
/// <param name="Cell">What was measured.</param>
/// <param name="Own">The mean over this run's processes.</param>
/// <param name="Reference">The other's mean.</param>
/// <param name="StandardErrors">The difference in standard errors of both; the other's is taken to be this run's, scaled to its number of processes.</param>
/// <param name="Groups">Into how many groups of as many as the other's processes this run's fall.</param>
/// <param name="GroupsAsFar">How many of these have a mean that is at least as far from the mean of all as the other's is.</param>
internal sealed record ReferenceComparison(VemCell Cell, MeanEstimate Own, double Reference, double StandardErrors, int Groups, int GroupsAsFar)
{
    /// <summary>Gets the difference as a share of the other's mean, at least 0.</summary>
    public double RelativeDifference => Math.Abs(Own.Mean - Reference) / Math.Abs(Reference);
}

/// <summary>Judges what the experiment <c>vem-random-mdp</c> measured.</summary>
internal static class VemRandomMdpJudgement
{
    /// <summary>The largest relative difference between two implementations' means that passes as agreement.</summary>
    public const double Agreement = 0.1;

    // What a fixed point found to 1e-10 can be off by, with room.
    private const double FixedPointTolerance = 1e-7;

    /// <summary>Compares all means with the other implementation's.</summary>
    /// <param name="result">What was measured.</param>
    /// <returns>The comparisons; none where it has measured processes of another kind.</returns>
    public static IEnumerable<ReferenceComparison> Compare(VemRandomMdpResult result)
    {
        foreach (var cell in VemRandomMdpReference.Cells.Where(_ => result.HasReference))
        {
            var values = cell.Measure == VemMeasure.Variance ? result.OverExpectiles(cell) : result.Of(cell);
            var (own, reference, count) = (MeanEstimate.Of(values), VemRandomMdpReference.Find(cell)!.Value, VemRandomMdpReference.MdpsOf(cell));
            var error = Math.Sqrt((own.Error * own.Error) + (own.Deviation * own.Deviation / count));
            double[] groups = [.. values.Chunk(count).Where(group => group.Length == count).Select(group => group.Average())];
            yield return new ReferenceComparison(cell, own, reference, (own.Mean - reference) / error, groups.Length, groups.Count(mean => Math.Abs(mean - own.Mean) >= Math.Abs(reference - own.Mean)));
        }
    }

    /// <summary>Judges every claim.</summary>
    /// <param name="result">What was measured.</param>
    /// <returns>The verdicts.</returns>
    public static IEnumerable<Verdict> Judge(VemRandomMdpResult result)
    {
        yield return BiasIsIndependentOfSteps(result);
        yield return FallsInEveryProcess(result, "the bias falls as the expectile grows", VemMeasure.Bias, Expectiles(VemStudy.PlanningSteps).Concat(Expectiles(VemStudy.Behavior)));
        yield return ContractionKeepsItsBound(result);
        yield return FallsInEveryProcess(result, "the contraction falls (is faster) as rollouts grow longer", VemMeasure.Contraction, Settings(VemStudy.PlanningSteps, [.. VemRandomMdpOptions.Steps]));
        yield return RisesInTheMean(result, "the contraction rises with the expectile", VemMeasure.Contraction, Expectiles(VemStudy.PlanningSteps).Concat(Expectiles(VemStudy.Behavior)));
        yield return RisesInTheMean(result, "the variance rises with the length of rollouts", VemMeasure.Variance, Settings(VemStudy.PlanningSteps, [.. VemRandomMdpOptions.Steps]));
        yield return RisesInTheMean(result, "the bias rises as the behaviour prefers less", VemMeasure.Bias, Settings(VemStudy.Behavior, VemRandomMdpOptions.Temperatures));
        yield return ModerateExpectileIsBest(result);
        yield return OptimalityIsWorseThanTheBest(result);
        yield return DoubleEstimationHasNoBias(result);
        foreach (var group in Compare(result).GroupBy(comparison => comparison.Cell.Study == VemStudy.ExactNoise))
        {
            yield return MeansAgree(group.Key ? "noise" : "rollouts and behaviours", [.. group]);
        }
    }

    private static Verdict BiasIsIndependentOfSteps(VemRandomMdpResult result)
    {
        var largest = 0.0;
        foreach (var sample in result.Samples)
        {
            foreach (var expectile in VemRandomMdpOptions.Expectiles)
            {
                double[] biases = [.. VemRandomMdpOptions.Steps.Select(steps => sample.Cells[new VemCell(VemStudy.PlanningSteps, steps, expectile, VemMeasure.Bias)])];
                largest = Math.Max(largest, biases.Max() - biases.Min());
            }
        }

        return new Verdict("the bias does not depend on the length of rollouts", largest < FixedPointTolerance, $"largest difference between two lengths in any of {result.Options.Mdps:#,0} processes: {largest:0.0e0}");
    }

    private static Verdict ContractionKeepsItsBound(VemRandomMdpResult result)
    {
        var (pairs, violations) = (result.Samples.Sum(sample => sample.Pairs), result.Samples.Sum(sample => sample.Violations));
        return new Verdict(
            "the contraction is at most 1 - 2 alpha (1 - discount) min(tau, 1 - tau) in every pair",
            violations == 0,
            $"{violations:#,0} violations in {pairs:#,0} pairs of value tables; the closest came to {100 * result.Samples.Max(sample => sample.LargestShareOfBound):0.00} % of its bound");
    }

    // Rows of cells that differ in one number, which grows from left to right.
    private static IEnumerable<VemCell[]> Expectiles(VemStudy study) =>
        Of(study).Select(setting => VemRandomMdpOptions.Expectiles.Select(expectile => new VemCell(study, setting, expectile, default)).ToArray());

    private static IEnumerable<VemCell[]> Settings(VemStudy study, IReadOnlyList<double> settings) =>
        VemRandomMdpOptions.Expectiles.Select(expectile => settings.Select(setting => new VemCell(study, setting, expectile, default)).ToArray());

    private static IEnumerable<double> Of(VemStudy study) => study == VemStudy.PlanningSteps ? VemRandomMdpOptions.Steps.Select(steps => (double)steps) : VemRandomMdpOptions.Temperatures;

    private static IEnumerable<(VemCell Left, VemCell Right)> Neighbours(IEnumerable<VemCell[]> rows, VemMeasure measure) =>
        rows.SelectMany(row => row.Zip(row.Skip(1), (left, right) => (left with { Measure = measure }, right with { Measure = measure })));

    private static Verdict FallsInEveryProcess(VemRandomMdpResult result, string claim, VemMeasure measure, IEnumerable<VemCell[]> rows)
    {
        var pairs = Neighbours(rows, measure).ToArray();
        var wrong = result.Samples.Sum(sample => pairs.Count(pair => sample.Cells[pair.Right] > sample.Cells[pair.Left] + FixedPointTolerance));
        return new Verdict(claim, wrong == 0, $"{wrong:#,0} exceptions among {result.Samples.Length * pairs.Length:#,0} neighbouring pairs over all processes");
    }

    private static Verdict RisesInTheMean(VemRandomMdpResult result, string claim, VemMeasure measure, IEnumerable<VemCell[]> rows)
    {
        var pairs = Neighbours(rows, measure).ToArray();
        var wrong = pairs.Count(pair => result.Mean(pair.Right).Mean <= result.Mean(pair.Left).Mean);
        var share = result.Samples.Average(sample => pairs.Count(pair => sample.Cells[pair.Right] > sample.Cells[pair.Left]) / (double)pairs.Length);
        return new Verdict(claim, wrong == 0, $"{wrong} exceptions among {pairs.Length} neighbouring means; in single processes true of {ReportText.Percent(share)} of the pairs");
    }

    private static Verdict ModerateExpectileIsBest(VemRandomMdpResult result)
    {
        var best = VemRandomMdpOptions.Noises.Select(noise => (Noise: noise, result.Best(VemStudy.ExactNoise, noise).Expectile)).ToArray();
        var falls = best.Zip(best.Skip(1)).All(pair => pair.Second.Expectile <= pair.First.Expectile) && best[^1].Expectile < best[0].Expectile;
        var moderate = best.Where(entry => entry.Noise >= 0.3).All(entry => entry.Expectile is > 0.5 and < 0.95);
        return new Verdict(
            "under noise a moderate expectile errs least, and the best one falls as noise grows",
            falls && moderate,
            $"best expectile by the noise's deviation: {string.Join(", ", best.Select(entry => $"{entry.Expectile} at {entry.Noise}"))}");
    }

    private static Verdict OptimalityIsWorseThanTheBest(VemRandomMdpResult result)
    {
        var rows = VemRandomMdpReference.OperatorsUnderNoise.Select(row => (row.Noise, Reference: row, Optimality: result.Mean(new VemCell(VemStudy.OptimalityNoise, row.Noise, 1, VemMeasure.LargestError)), Best: result.Best(VemStudy.GradientNoise, row.Noise))).ToArray();
        return new Verdict(
            "Bellman's optimality operator errs more under noise than the gradient expectile operator at its best expectile",
            rows.All(row => row.Optimality.Mean > row.Best.LargestError.Mean),
            string.Join("; ", rows.Select(row => $"noise {row.Noise}: {Text(row.Optimality)} against {Text(row.Best.LargestError)} at {row.Best.Expectile}{(result.HasReference ? $" (the other's: {row.Reference.Optimality} against {row.Reference.Best})" : "")}")));
    }

    private static Verdict DoubleEstimationHasNoBias(VemRandomMdpResult result)
    {
        var furthest = result.Maxima.Max(row => Math.Max(Math.Abs(row.Double.Mean / row.Double.Error), Math.Abs(row.DoubleSoftmax.Mean / row.DoubleSoftmax.Error)));
        return new Verdict(
            "double estimation takes the bias out of a maximum",
            furthest < 4,
            $"furthest double estimate {furthest:0.0} standard errors from 0; the plain maximum of {result.Maxima[^1].Candidates} lies {result.Maxima[^1].Maximum.Mean:0.00} too high");
    }

    private static Verdict MeansAgree(string of, ReferenceComparison[] all)
    {
        var near = all.Count(comparison => comparison.RelativeDifference <= Agreement);
        var beyond = all.Count(comparison => Math.Abs(comparison.StandardErrors) > 3);
        return new Verdict(
            $"every mean of {of} lies within {100 * Agreement:0} % of the other implementation's",
            near == all.Length,
            $"{near} of {all.Length} do; the others are listed; {beyond} of all differ by more than 3 standard errors of both");
    }

    private static string Text(MeanEstimate estimate) => $"{estimate.Mean:0.00} ± {estimate.Error:0.00}";
}
