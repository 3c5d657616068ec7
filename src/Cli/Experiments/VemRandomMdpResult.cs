using System.Collections.Immutable;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>How four estimators of a maximum did among so many candidates, all worth 0.</summary>
/// <param name="Candidates">The number of candidates.</param>
/// <param name="Maximum">The largest estimate.</param>
/// <param name="Double">The second estimate of the candidate with the largest first one.</param>
/// <param name="Softmax">The estimates' mean under weights that grow with them.</param>
/// <param name="DoubleSoftmax">The second estimates' mean under weights that grow with the first ones.</param>
internal sealed record MaximumStudyRow(int Candidates, MeanEstimate Maximum, MeanEstimate Double, MeanEstimate Softmax, MeanEstimate DoubleSoftmax);

/// <summary>What the experiment <c>vem-random-mdp</c> measured.</summary>
/// <param name="Options">What it was run with.</param>
/// <param name="Samples">One entry for each process, in their order.</param>
/// <param name="Maxima">One entry for each number of candidates.</param>
internal sealed record VemRandomMdpResult(VemRandomMdpOptions Options, ImmutableArray<VemRandomMdpSample> Samples, ImmutableArray<MaximumStudyRow> Maxima)
{
    /// <summary>Gets everything that was measured on each process.</summary>
    public ImmutableArray<VemCell> Cells { get; } = [.. Samples[0].Cells.Keys.OrderBy(cell => cell.Study).ThenBy(cell => cell.Setting).ThenBy(cell => cell.Expectile).ThenBy(cell => cell.Measure)];

    /// <summary>Gets whether the processes are of the kind that the other implementation measured.</summary>
    public bool HasReference => Options.Mdp == new RandomMdpSettings();

    /// <summary>Finds what the other implementation measured.</summary>
    /// <param name="cell">What was measured.</param>
    /// <returns>Its mean; null where it has none, or has measured processes of another kind.</returns>
    public double? Reference(VemCell cell) => HasReference ? VemRandomMdpReference.Find(cell) : null;

    /// <summary>Estimates a measurement's mean over processes.</summary>
    /// <param name="cell">What was measured.</param>
    /// <returns>The mean.</returns>
    public MeanEstimate Mean(VemCell cell) => MeanEstimate.Of(Of(cell));

    /// <summary>Gets a measurement on each process.</summary>
    /// <param name="cell">What was measured.</param>
    /// <returns>One value for each process, in their order.</returns>
    public ImmutableArray<double> Of(VemCell cell) => [.. Samples.Select(sample => sample.Cells[cell])];

    /// <summary>Gets a measurement that does not depend on the expectile.</summary>
    /// <param name="cell">What was measured, at any expectile.</param>
    /// <returns>For each process, in their order, the mean over the expectiles.</returns>
    public ImmutableArray<double> OverExpectiles(VemCell cell) => [.. Samples.Select(sample => VemRandomMdpOptions.Expectiles.Average(expectile => sample.Cells[cell with { Expectile = expectile }]))];

    /// <summary>Finds the expectile with which an operator errs least under noise.</summary>
    /// <param name="study">The operator.</param>
    /// <param name="noise">The noise's deviation.</param>
    /// <returns>The expectile, and its largest error over the states, averaged over processes.</returns>
    public (double Expectile, MeanEstimate LargestError) Best(VemStudy study, double noise) =>
        VemRandomMdpOptions.NoisyExpectiles.Select(expectile => (expectile, Mean(new VemCell(study, noise, expectile, VemMeasure.LargestError)))).MinBy(entry => entry.Item2.Mean);
}
