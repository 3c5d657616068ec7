namespace MemoryRL.Cli;

/// <summary>Spearman's rank correlation.</summary>
internal static class RankCorrelation
{
    /// <summary>Computes it.</summary>
    /// <param name="first">Numbers, at least two.</param>
    /// <param name="second">As many others.</param>
    /// <returns>The correlation of the ranks, in [-1, 1], equal numbers sharing their mean rank; 0 where all of one side are equal.</returns>
    public static double Spearman(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        if (first.Count != second.Count || first.Count < 2)
        {
            throw new ArgumentException($"Expected two or more pairs but got {first.Count} and {second.Count} numbers.", nameof(second));
        }

        double[] x = Ranks(first), y = Ranks(second);
        var mean = (x.Length + 1) / 2.0;
        var (xy, xx, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }

        return xx == 0 || yy == 0 ? 0 : xy / Math.Sqrt(xx * yy);
    }

    private static double[] Ranks(IReadOnlyList<double> values)
    {
        var order = Enumerable.Range(0, values.Count).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Count];
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && values[order[end]] == values[order[start]])
            {
                end++;
            }

            foreach (var i in order[start..end])
            {
                ranks[i] = (start + end + 1) / 2.0;
            }

            start = end;
        }

        return ranks;
    }
}
