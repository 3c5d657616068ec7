namespace MemoryRL.Client;

/// <summary>An estimate with its 95 % confidence interval.</summary>
/// <param name="Estimate">The estimate.</param>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound.</param>
public readonly record struct Interval(double Estimate, double Low, double High)
{
    // The 97.5 % quantile of the standard normal distribution.
    private const double NormalQuantile = 1.959963984540054;

    /// <summary>Estimates a share by Wilson's score interval.</summary>
    /// <param name="successes">The number of successes, 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">The number of trials, at least 1.</param>
    /// <returns>The share with its interval inside [0, 1].</returns>
    /// <remarks>Wilson 1927, without continuity correction; it holds near 0 and 1 and for few trials, unlike the textbook interval.</remarks>
    public static Interval OfShare(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        var share = (double)successes / trials;
        var z2 = NormalQuantile * NormalQuantile / trials;
        var center = (share + (z2 / 2)) / (1 + z2);
        var halfWidth = NormalQuantile / (1 + z2) * Math.Sqrt((share * (1 - share) / trials) + (z2 / (4 * trials)));

        // At the ends the bound is exactly the end; rounding must not pass it.
        return new Interval(share, successes == 0 ? 0 : Math.Max(0, center - halfWidth), successes == trials ? 1 : Math.Min(1, center + halfWidth));
    }

    /// <summary>Estimates a mean by Student's t interval.</summary>
    /// <param name="values">The values, at least 1; a single one has an unbounded interval.</param>
    /// <returns>The mean with its interval.</returns>
    public static Interval OfMean(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            throw new ArgumentException("Expected 1 or more values but got none.", nameof(values));
        }

        var mean = 0.0;
        foreach (var value in values)
        {
            mean += value / values.Length;
        }

        if (values.Length == 1)
        {
            return new Interval(mean, double.NegativeInfinity, double.PositiveInfinity);
        }

        var squares = 0.0;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        var halfWidth = StudentQuantile(values.Length - 1) * Math.Sqrt(squares / (values.Length - 1.0) / values.Length);
        return new Interval(mean, mean - halfWidth, mean + halfWidth);
    }

    /// <summary>Computes the 97.5 % quantile of Student's t distribution.</summary>
    /// <param name="degreesOfFreedom">The degrees of freedom, at least 1.</param>
    /// <returns>The quantile, good to 5 digits.</returns>
    /// <remarks>Hill 1970, "Student's t-quantiles", algorithm 396 of the CACM; exact for 1 and 2 degrees of freedom.</remarks>
    internal static double StudentQuantile(int degreesOfFreedom)
    {
        const double TwoTails = 0.05;
        double n = degreesOfFreedom;
        if (degreesOfFreedom == 1)
        {
            return 1 / Math.Tan(TwoTails * Math.PI / 2);
        }

        if (degreesOfFreedom == 2)
        {
            return Math.Sqrt((2 / (TwoTails * (2 - TwoTails))) - 2);
        }

        var a = 1 / (n - 0.5);
        var b = 48 / (a * a);
        var c = (((20700 * a / b) - 98) * a - 16) * a + 96.36;
        var d = ((94.5 / (b + c) - 3) / b + 1) * Math.Sqrt(a * Math.PI / 2) * n;
        var y = Math.Pow(d * TwoTails, 2 / n);
        if (y > 0.05 + a)
        {
            var x = -NormalQuantile;
            y = x * x;
            if (n < 5)
            {
                c += 0.3 * (n - 4.5) * (x + 0.6);
            }

            c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c;
            y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
            y = a * y * y;
            y = y > 0.002 ? Math.Exp(y) - 1 : (0.5 * y * y) + y;
        }
        else
        {
            y = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) * (n + 1) / (n + 2) + (1 / y);
        }

        return Math.Sqrt(n * y);
    }
}
