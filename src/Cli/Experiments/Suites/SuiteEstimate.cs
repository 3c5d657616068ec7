namespace MemoryRL.Cli;

/// <summary>Estimates how long the cells of a suite still take, by those that are done.</summary>
internal sealed class SuiteEstimate
{
    private readonly Dictionary<string, (double Seconds, double Updates)> _byAlgorithm = new(StringComparer.Ordinal);

    /// <summary>Takes a cell in that is done.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="wallSeconds">How long it took.</param>
    public void Add(SuiteCell cell, double wallSeconds)
    {
        var (seconds, updates) = _byAlgorithm.GetValueOrDefault(cell.Algorithm);
        _byAlgorithm[cell.Algorithm] = (seconds + wallSeconds, updates + cell.Updates);
    }

    /// <summary>Estimates the time for cells that share the machine evenly.</summary>
    /// <param name="cells">The cells that are not done, those that run among them.</param>
    /// <param name="parallel">How many run at once.</param>
    /// <returns>The seconds; null as long as nothing is done.</returns>
    /// <remarks>A cell takes as long for an update as those of its algorithm did, or as all did where there is none yet.</remarks>
    public double? Remaining(IEnumerable<SuiteCell> cells, int parallel)
    {
        if (_byAlgorithm.Count == 0)
        {
            return null;
        }

        var all = _byAlgorithm.Values.Aggregate((sum, next) => (sum.Seconds + next.Seconds, sum.Updates + next.Updates));
        return cells.Sum(cell =>
        {
            var (seconds, updates) = _byAlgorithm.GetValueOrDefault(cell.Algorithm, all);
            return cell.Updates * seconds / updates;
        }) / parallel;
    }
}
