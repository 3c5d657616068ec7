using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Applies operators again and again, and measures what they do to value tables in the maximum norm.</summary>
public static class TabularIteration
{
    /// <summary>Finds an operator's fixed point from values of 0.</summary>
    /// <param name="tabularOperator">A contraction.</param>
    /// <param name="tolerance">The largest change of a value in the last application; the fixed point may be further off by the factor <c>1 / (1 - modulus)</c>.</param>
    /// <returns>The values, <c>[S]</c>.</returns>
    public static double[] FixedPoint(ITabularOperator tabularOperator, double tolerance = 1e-10)
    {
        var values = new double[tabularOperator.Mdp.StateCount];
        var next = new double[values.Length];
        do
        {
            tabularOperator.Apply(values, next);
            (values, next) = (next, values);
        }
        while (Distance(values, next) > tolerance);

        return values;
    }

    /// <summary>Measures how much closer two value tables are after an operator than before.</summary>
    /// <param name="tabularOperator">The operator.</param>
    /// <param name="values">One table, <c>[S]</c>.</param>
    /// <param name="others">Another, different one; with the fixed point this is the operator's contraction from the first.</param>
    /// <returns><c>|T V - T W| / |V - W|</c>.</returns>
    public static double Contraction(ITabularOperator tabularOperator, ReadOnlySpan<double> values, ReadOnlySpan<double> others)
    {
        var (first, second) = (new double[values.Length], new double[values.Length]);
        tabularOperator.Apply(values, first);
        tabularOperator.Apply(others, second);
        return Distance(first, second) / Distance(values, others);
    }

    /// <summary>Measures how far two value tables are apart.</summary>
    /// <param name="values">One table.</param>
    /// <param name="others">The other.</param>
    /// <returns>The largest absolute difference.</returns>
    public static double Distance(ReadOnlySpan<double> values, ReadOnlySpan<double> others)
    {
        var largest = 0.0;
        for (var state = 0; state < values.Length; state++)
        {
            largest = Math.Max(largest, Math.Abs(values[state] - others[state]));
        }

        return largest;
    }

    /// <summary>Measures how unevenly two value tables differ: a difference that is the same everywhere changes no policy.</summary>
    /// <param name="values">One table.</param>
    /// <param name="others">The other.</param>
    /// <returns>The largest difference less the smallest.</returns>
    public static double Span(ReadOnlySpan<double> values, ReadOnlySpan<double> others)
    {
        var (largest, smallest) = (double.NegativeInfinity, double.PositiveInfinity);
        for (var state = 0; state < values.Length; state++)
        {
            largest = Math.Max(largest, values[state] - others[state]);
            smallest = Math.Min(smallest, values[state] - others[state]);
        }

        return largest - smallest;
    }

    /// <summary>Applies a one-step operator many times while every backed-up value is noisy, and averages the later values.</summary>
    /// <param name="mdp">The process.</param>
    /// <param name="behavior">Whose actions are looked at.</param>
    /// <param name="rule">How a state's new value comes from the noisy backups.</param>
    /// <param name="noise">The deviation of the normal noise that every backup gets anew each time, at least 0, in reward units.</param>
    /// <param name="iterations">The number of applications from values of 0, at least 1; those of the second half are averaged.</param>
    /// <param name="random">What the noise is drawn from.</param>
    /// <returns>The mean values, <c>[S]</c>.</returns>
    /// <remarks>
    /// The design is ours. It stands in for function approximation: where values carry errors, an operator near the maximum picks the
    /// errors that lie high, and iteration adds them up.
    /// </remarks>
    public static double[] NoisyMean(TabularMdp mdp, TabularBehavior behavior, IBackupRule rule, double noise, int iterations, ref RandomStream random)
    {
        InvalidExperienceException.ThrowUnless(noise >= 0, "noise", "0 or more", noise);
        InvalidExperienceException.ThrowUnless(iterations >= 1, "iterations", "1 or more", iterations);
        var (values, next, mean) = (new double[mdp.StateCount], new double[mdp.StateCount], new double[mdp.StateCount]);
        var backups = new double[mdp.ActionCount];
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            for (var state = 0; state < mdp.StateCount; state++)
            {
                mdp.Backup(values, state, backups);
                foreach (ref var backup in backups.AsSpan())
                {
                    backup += noise * random.NextNormal();
                }

                next[state] = rule.Combine(values[state], backups, behavior.In(state));
                mean[state] += iteration < iterations / 2 ? 0 : next[state] / (iterations - (iterations / 2));
            }

            (values, next) = (next, values);
        }

        return mean;
    }
}
