namespace MemoryRL.Benchmarks.Load;

/// <summary>One row of the table: what was measured over several rounds, beside what is asked for.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Unit">The unit of the figures.</param>
/// <param name="Rounds">The figure of each round.</param>
/// <param name="AtLeast">What the project asks for at least.</param>
/// <param name="Aim">What it aims at.</param>
/// <param name="LowerIsBetter">Whether a smaller figure is a better one.</param>
internal sealed record Measurement(string Work, string Unit, IReadOnlyList<double> Rounds, double AtLeast, double Aim, bool LowerIsBetter = false)
{
    /// <summary>Gets the median over the rounds.</summary>
    public double Median
    {
        get
        {
            var sorted = Rounds.Order().ToArray();
            var middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /// <summary>Gets how the median stands to what is asked for.</summary>
    public string Verdict => Reaches(Aim) ? "aim reached" : Reaches(AtLeast) ? "at least" : "missed";

    private bool Reaches(double bound) => LowerIsBetter ? Median <= bound : Median >= bound;
}
