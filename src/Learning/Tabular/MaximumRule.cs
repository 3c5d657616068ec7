namespace MemoryRL.Learning;

/// <summary>The rule of Bellman's optimality operator on the behaviour's support: the largest backed-up value of an action that the behaviour chooses at all.</summary>
public sealed class MaximumRule : IBackupRule
{
    private MaximumRule()
    {
    }

    /// <summary>Gets the rule.</summary>
    public static MaximumRule Instance { get; } = new();

    /// <inheritdoc/>
    public double Combine(double value, ReadOnlySpan<double> backups, ReadOnlySpan<double> probabilities)
    {
        var largest = double.NegativeInfinity;
        for (var action = 0; action < backups.Length; action++)
        {
            largest = probabilities[action] > 0 ? Math.Max(largest, backups[action]) : largest;
        }

        return largest;
    }
}
