using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>Everything that is measured on one random process.</summary>
/// <param name="Cells">The measurements.</param>
/// <param name="Pairs">The pairs of value tables whose contraction was looked at.</param>
/// <param name="Violations">How many of them contracted less than the bound says.</param>
/// <param name="LargestShareOfBound">The largest contraction in units of its bound.</param>
internal sealed record VemRandomMdpSample(ImmutableDictionary<VemCell, double> Cells, int Pairs, int Violations, double LargestShareOfBound)
{
    // What adding up in another order may change.
    private const double Rounding = 1e-12;

    /// <summary>Draws one process and measures it.</summary>
    /// <param name="options">What to measure.</param>
    /// <param name="index">The number of the process, which is its stream of random numbers.</param>
    /// <returns>The measurements; the same for the same options and number.</returns>
    public static VemRandomMdpSample Measure(VemRandomMdpOptions options, int index)
    {
        var random = new RandomStream((ulong)options.Seed, (ulong)index);
        var mdp = TabularMdp.Draw(options.Mdp, ref random);
        var optimal = mdp.OptimalValues();
        var actionValues = mdp.ActionValues(optimal);
        var study = new Study(options, mdp, optimal);
        var restricted = TabularBehavior.Softmax(mdp, actionValues, 1).Without(0);
        foreach (var steps in VemRandomMdpOptions.Steps)
        {
            study.MeasureOperators(VemStudy.PlanningSteps, steps, restricted, steps, ref random);
        }

        foreach (var temperature in VemRandomMdpOptions.Temperatures)
        {
            study.MeasureOperators(VemStudy.Behavior, temperature, TabularBehavior.Softmax(mdp, actionValues, temperature), VemRandomMdpOptions.BehaviorSteps, ref random);
        }

        study.MeasureNoise(ref random);
        return study.ToSample();
    }

    private sealed class Study(VemRandomMdpOptions options, TabularMdp mdp, double[] optimal)
    {
        private readonly ImmutableDictionary<VemCell, double>.Builder _cells = ImmutableDictionary.CreateBuilder<VemCell, double>();
        private int _pairs;
        private int _violations;
        private double _largestShareOfBound;

        public VemRandomMdpSample ToSample() => new(_cells.ToImmutable(), _pairs, _violations, _largestShareOfBound);

        public void MeasureOperators(VemStudy kind, double setting, TabularBehavior behavior, int steps, ref RandomStream random)
        {
            foreach (var expectile in VemRandomMdpOptions.Expectiles)
            {
                var rule = new GradientExpectileRule(expectile);
                var planning = new PlanningOperator(mdp, behavior, rule, steps);
                var fixedPoint = TabularIteration.FixedPoint(planning);
                var start = new double[fixedPoint.Length];
                var contraction = TabularIteration.Contraction(planning, start, fixedPoint);
                _cells.Add(new VemCell(kind, setting, expectile, VemMeasure.Bias), TabularIteration.Distance(optimal, fixedPoint));
                _cells.Add(new VemCell(kind, setting, expectile, VemMeasure.SpanBias), TabularIteration.Span(optimal, fixedPoint));
                _cells.Add(new VemCell(kind, setting, expectile, VemMeasure.Contraction), contraction);
                _cells.Add(new VemCell(kind, setting, expectile, VemMeasure.Variance), planning.SampleError(start, options.Trajectories, ref random));
                Compare(contraction, rule);
                for (var pair = 0; pair < VemRandomMdpOptions.PairsPerOperator; pair++)
                {
                    Compare(TabularIteration.Contraction(planning, Values(ref random), Values(ref random)), rule);
                }
            }
        }

        public void MeasureNoise(ref RandomStream random)
        {
            var behavior = TabularBehavior.Uniform(mdp);
            foreach (var noise in VemRandomMdpOptions.Noises)
            {
                foreach (var expectile in VemRandomMdpOptions.NoisyExpectiles)
                {
                    Add(new VemCell(VemStudy.ExactNoise, noise, expectile, default), behavior, new ExpectileRule(expectile), ref random);
                    Add(new VemCell(VemStudy.GradientNoise, noise, expectile, default), behavior, new GradientExpectileRule(expectile), ref random);
                }

                Add(new VemCell(VemStudy.OptimalityNoise, noise, 1, default), behavior, MaximumRule.Instance, ref random);
            }
        }

        private void Add(VemCell cell, TabularBehavior behavior, IBackupRule rule, ref RandomStream random)
        {
            var mean = TabularIteration.NoisyMean(mdp, behavior, rule, cell.Setting, VemRandomMdpOptions.NoisyIterations, ref random);
            _cells.Add(cell with { Measure = VemMeasure.MeanError }, mean.Average() - optimal.Average());
            _cells.Add(cell with { Measure = VemMeasure.LargestError }, TabularIteration.Distance(mean, optimal));
        }

        private void Compare(double contraction, GradientExpectileRule rule)
        {
            var bound = rule.ContractionBound(mdp.Discount);
            _pairs++;
            _violations += contraction > bound + Rounding ? 1 : 0;
            _largestShareOfBound = Math.Max(_largestShareOfBound, contraction / bound);
        }

        // From far below to far above what values can be.
        private double[] Values(ref RandomStream random)
        {
            var values = new double[mdp.StateCount];
            foreach (ref var value in values.AsSpan())
            {
                value = 20 * random.NextNormal();
            }

            return values;
        }
    }
}
