namespace MemoryRL.Cli;

/// <summary>What was measured of one piece of work on so many threads. Times are seconds a step.</summary>
/// <param name="Work">The work's short name.</param>
/// <param name="Title">What it is.</param>
/// <param name="Threads">Threads that one operation may use, on both sides.</param>
/// <param name="Ours">The rounds' times of this build.</param>
/// <param name="Theirs">The rounds' times of PyTorch, in the same order; empty where there is none to compare with.</param>
/// <param name="Operations">Floating-point operations of a step where they are the whole of it, else 0.</param>
/// <param name="Peak">Floating-point operations a second that a core does at most.</param>
internal sealed record TensorBenchRow(string Work, string Title, int Threads, IReadOnlyList<double> Ours, IReadOnlyList<double> Theirs, double Operations, double Peak)
{
    /// <summary>Gets our median time.</summary>
    public double OurMedian => Quantiles.Median(Ours);

    /// <summary>Gets PyTorch's median time, or null.</summary>
    public double? TheirMedian => Theirs.Count == 0 ? null : Quantiles.Median(Theirs);

    /// <summary>Gets the median over the rounds of PyTorch's time over ours, or null.</summary>
    public double? Ratio => Theirs.Count == 0 ? null : Quantiles.Median(Theirs.Zip(Ours, static (theirs, ours) => theirs / ours));

    /// <summary>Gets half the distance between the quartiles of our times, as a share of their median.</summary>
    public double Spread
    {
        get
        {
            var sorted = Ours.Order().ToArray();
            return (sorted[3 * (sorted.Length - 1) / 4] - sorted[(sorted.Length - 1) / 4]) / 2 / OurMedian;
        }
    }

    /// <summary>Gets the share of the threads' peak that our products reach, or null for other work.</summary>
    public double? ShareOfPeak => Operations == 0 ? null : Operations / OurMedian / (Peak * Threads);

    /// <summary>Says whether the row holds what it is held to.</summary>
    /// <returns>"aim", "least", "missed", or null where there is nothing to compare with.</returns>
    public string? Verdict()
    {
        var target = TensorBenchTarget.All.Single(target => target.Key == Work);
        if (target.LeastMicroseconds is { } most)
        {
            var micros = OurMedian * 1e6;
            return micros <= target.AimMicroseconds ? "aim" : micros <= most ? "least" : "missed";
        }

        if (Ratio is not { } ratio)
        {
            return null;
        }

        var aim = Threads > 1 ? target.AimOnMore ?? target.Aim : target.Aim;
        var isAim = target.AimShareOfPeak is { } share ? ShareOfPeak >= share && ratio >= target.Least : ratio >= aim;
        return isAim ? "aim" : ratio >= target.Least ? "least" : "missed";
    }
}
