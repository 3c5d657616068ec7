namespace MemoryRL.Client;

/// <summary>The count, mean and squared differences of observations, of which parts can be joined.</summary>
/// <remarks>
/// A part adds up differences from a centre near its mean, which costs less a step than Welford's recurrence and loses no digits; parts are
/// joined as Chan, Golub and LeVeque 1979 do. Joining in one order gives the same bits however the parts were spread over threads.
/// </remarks>
/// <param name="features">The number of features of an observation.</param>
internal sealed class ObservationMoments(int features)
{
    /// <summary>Gets or sets the number of observations.</summary>
    public long Count { get; set; }

    /// <summary>Gets the means, <c>[features]</c>.</summary>
    public double[] Mean { get; } = new double[features];

    /// <summary>Gets the sums of the squared differences from the means, <c>[features]</c>.</summary>
    public double[] Squares { get; } = new double[features];

    /// <summary>Gets a feature's deviation, over all observations.</summary>
    /// <param name="feature">The feature.</param>
    /// <returns>The deviation; 1 before the first observation.</returns>
    public double Deviation(int feature) => Count == 0 ? 1 : Math.Sqrt(Squares[feature] / Count);

    /// <summary>Joins a part that was summed around a centre; one that is not finite is left out.</summary>
    /// <param name="count">The number of its observations.</param>
    /// <param name="center">The centre, <c>[features]</c>.</param>
    /// <param name="sums">The sums of the differences from it, <c>[features]</c>.</param>
    /// <param name="squares">The sums of their squares, <c>[features]</c>.</param>
    public void Join(long count, ReadOnlySpan<double> center, ReadOnlySpan<double> sums, ReadOnlySpan<double> squares)
    {
        if (count == 0 || !IsFinite(squares))
        {
            return;
        }

        var total = Count + count;
        for (var i = 0; i < features; i++)
        {
            var difference = sums[i] / count;
            var delta = center[i] + difference - Mean[i];
            Squares[i] += Math.Max(squares[i] - (sums[i] * difference), 0) + (delta * delta * ((double)Count * count / total));
            Mean[i] += delta * count / total;
        }

        Count = total;
    }

    private static bool IsFinite(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
