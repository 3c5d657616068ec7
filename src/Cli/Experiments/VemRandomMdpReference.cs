using System.Collections.Frozen;

namespace MemoryRL.Cli;

/// <summary>Means that another implementation of the same experiment measured, for comparison.</summary>
/// <remarks>
/// Independent of this program, from the same definitions: the tables of rollouts and behaviours over 40 processes with 300 trajectories each,
/// those of noise over 10 processes.
/// </remarks>
internal static class VemRandomMdpReference
{
    /// <summary>The number of processes behind the tables of rollouts and behaviours.</summary>
    public const int Mdps = 40;

    /// <summary>The number of processes behind the tables of noise.</summary>
    public const int NoiseMdps = 10;

    private static readonly FrozenDictionary<VemCell, double> Figures = Create().ToFrozenDictionary(entry => entry.Cell, entry => entry.Value);

    /// <summary>Gets what was measured.</summary>
    public static IEnumerable<VemCell> Cells => Figures.Keys.OrderBy(cell => cell.Study).ThenBy(cell => cell.Measure).ThenBy(cell => cell.Setting).ThenBy(cell => cell.Expectile);

    /// <summary>Gets the largest errors of Bellman's optimality operator and of the gradient operator at its best expectile, by the noise's deviation.</summary>
    public static IReadOnlyList<(double Noise, double Optimality, double Best)> OperatorsUnderNoise { get; } = [(0.3, 1.69, 0.92), (0.5, 3.59, 1.10)];

    /// <summary>Finds a figure.</summary>
    /// <param name="cell">What was measured. A variance does not depend on the expectile and stands at 0.6.</param>
    /// <returns>The mean, or null where none was measured.</returns>
    public static double? Find(VemCell cell) => Figures.TryGetValue(cell, out var value) ? value : null;

    /// <summary>Gets the number of processes behind a figure.</summary>
    /// <param name="cell">What was measured.</param>
    /// <returns>The number.</returns>
    public static int MdpsOf(VemCell cell) => cell.Study is VemStudy.PlanningSteps or VemStudy.Behavior ? Mdps : NoiseMdps;

    private static IEnumerable<(VemCell Cell, double Value)> Create() =>
    [
        .. Row(VemStudy.PlanningSteps, 1, VemMeasure.Bias, 2.566, 2.250, 1.947, 1.644),
        .. Row(VemStudy.PlanningSteps, 1, VemMeasure.Contraction, 0.893, 0.899, 0.905, 0.910),
        .. Row(VemStudy.PlanningSteps, 2, VemMeasure.Contraction, 0.799, 0.812, 0.823, 0.834),
        .. Row(VemStudy.PlanningSteps, 3, VemMeasure.Contraction, 0.720, 0.738, 0.754, 0.768),
        .. Row(VemStudy.PlanningSteps, 4, VemMeasure.Contraction, 0.650, 0.673, 0.692, 0.710),
        .. Row(VemStudy.PlanningSteps, 1, VemMeasure.Variance, 0.030),
        .. Row(VemStudy.PlanningSteps, 2, VemMeasure.Variance, 0.068),
        .. Row(VemStudy.PlanningSteps, 3, VemMeasure.Variance, 0.104),
        .. Row(VemStudy.PlanningSteps, 4, VemMeasure.Variance, 0.136),
        .. Row(VemStudy.Behavior, 0.1, VemMeasure.Bias, 0.130, 0.090, 0.055, 0.026),
        .. Row(VemStudy.Behavior, 0.3, VemMeasure.Bias, 0.730, 0.515, 0.326, 0.156),
        .. Row(VemStudy.Behavior, 1, VemMeasure.Bias, 2.00, 1.54, 1.06, 0.545),
        .. Row(VemStudy.Behavior, 3, VemMeasure.Bias, 2.58, 2.10, 1.55, 0.873),
        .. Row(VemStudy.Behavior, 0.1, VemMeasure.Contraction, 0.350, 0.353, 0.356, 0.358),
        .. Row(VemStudy.Behavior, 0.3, VemMeasure.Contraction, 0.364, 0.381, 0.396, 0.408),
        .. Row(VemStudy.Behavior, 1, VemMeasure.Contraction, 0.383, 0.424, 0.462, 0.496),
        .. Row(VemStudy.Behavior, 3, VemMeasure.Contraction, 0.387, 0.436, 0.482, 0.528),
        .. Row(VemStudy.Behavior, 0.1, VemMeasure.Variance, 0.014),
        .. Row(VemStudy.Behavior, 0.3, VemMeasure.Variance, 0.16),
        .. Row(VemStudy.Behavior, 1, VemMeasure.Variance, 0.30),
        .. Row(VemStudy.Behavior, 3, VemMeasure.Variance, 0.31),
        .. Noisy(0, VemMeasure.MeanError, -2.87, -2.48, -2.07, -1.60, -0.98, -0.56, -0.13),
        .. Noisy(0.2, VemMeasure.MeanError, -2.85, -2.35, -1.83, -1.22, -0.43, 0.06, 0.53),
        .. Noisy(0.5, VemMeasure.MeanError, -2.82, -1.97, -1.06, 0.01, 1.35, 2.18, 2.97),
        .. Noisy(1, VemMeasure.MeanError, -2.77, -1.22, 0.46, 2.42, 4.88, 6.42, 7.85),
        .. Noisy(0, VemMeasure.LargestError, 3.35, 2.94, 2.50, 1.98, 1.26, 0.75, 0.18),
        .. Noisy(0.2, VemMeasure.LargestError, 3.33, 2.82, 2.27, 1.67, 0.96, 0.60, 0.70),
        .. Noisy(0.5, VemMeasure.LargestError, 3.30, 2.44, 1.64, 0.96, 1.57, 2.41, 3.20),
        .. Noisy(1, VemMeasure.LargestError, 3.25, 1.78, 1.06, 2.68, 5.15, 6.69, 8.13),
    ];

    private static IEnumerable<(VemCell, double)> Row(VemStudy study, double setting, VemMeasure measure, params double[] values) =>
        values.Select((value, i) => (new VemCell(study, setting, VemRandomMdpOptions.Expectiles[i], measure), value));

    private static IEnumerable<(VemCell, double)> Noisy(double noise, VemMeasure measure, params double[] values) =>
        values.Select((value, i) => (new VemCell(VemStudy.ExactNoise, noise, VemRandomMdpOptions.NoisyExpectiles[i], measure), value));
}
