namespace MemoryRL.Client;

/// <summary>The update of augmented random search.</summary>
/// <remarks>Mania et al. 2018, arXiv:1803.07055, algorithm 2, lines 6 and 7.</remarks>
internal static class ArsUpdate
{
    /// <summary>
    /// Moves the weights: <c>M += alpha / (b sigma_R) * sum over the b best directions of (r(+) - r(-)) delta</c>, where a direction is as good as
    /// the better of its two returns and <c>sigma_R</c> is the deviation of the <c>2 b</c> returns used. Directions of which a return is not
    /// finite are left out; where all returns used are equal, nothing was learned and nothing moves.
    /// </summary>
    /// <param name="weights">The weights, changed in place.</param>
    /// <param name="directions">The directions <c>delta</c>, each as long as the weights, one behind the other.</param>
    /// <param name="forward">The returns of going each direction forward, <c>r(+)</c>.</param>
    /// <param name="backward">The returns of going it backward, <c>r(-)</c>.</param>
    /// <param name="top">The number of directions used, <c>b</c>.</param>
    /// <param name="stepSize"><c>alpha</c>.</param>
    public static void Apply(Span<double> weights, ReadOnlySpan<double> directions, ReadOnlySpan<double> forward, ReadOnlySpan<double> backward, int top, double stepSize)
    {
        var best = Best(forward, backward, top);
        var deviation = Deviation(forward, backward, best);
        if (!(deviation > 0))
        {
            return;
        }

        foreach (var direction in best)
        {
            var scale = stepSize / (best.Length * deviation) * (forward[direction] - backward[direction]);
            var delta = directions.Slice(direction * weights.Length, weights.Length);
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i] += scale * delta[i];
            }
        }
    }

    private static int[] Best(ReadOnlySpan<double> forward, ReadOnlySpan<double> backward, int top)
    {
        var order = new List<(double Return, int Direction)>(forward.Length);
        for (var i = 0; i < forward.Length; i++)
        {
            if (double.IsFinite(forward[i]) && double.IsFinite(backward[i]))
            {
                order.Add((Math.Max(forward[i], backward[i]), i));
            }
        }

        // The first of equals, so that the order is one whatever the sort does.
        order.Sort(static (left, right) => left.Return != right.Return ? right.Return.CompareTo(left.Return) : left.Direction.CompareTo(right.Direction));
        var best = new int[Math.Min(top, order.Count)];
        for (var i = 0; i < best.Length; i++)
        {
            best[i] = order[i].Direction;
        }

        return best;
    }

    private static double Deviation(ReadOnlySpan<double> forward, ReadOnlySpan<double> backward, int[] used)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var direction in used)
        {
            sum += forward[direction] + backward[direction];
        }

        var mean = sum / (2 * used.Length);
        foreach (var direction in used)
        {
            squares += Math.Pow(forward[direction] - mean, 2) + Math.Pow(backward[direction] - mean, 2);
        }

        return Math.Sqrt(squares / (2 * used.Length));
    }
}
