namespace MemoryRL.Learning;

/// <summary>The rule of behaviour evaluation, <c>T^mu</c>: the mean of the backed-up values.</summary>
public sealed class MeanRule : IBackupRule
{
    private MeanRule()
    {
    }

    /// <summary>Gets the rule.</summary>
    public static MeanRule Instance { get; } = new();

    /// <inheritdoc/>
    public double Combine(double value, ReadOnlySpan<double> backups, ReadOnlySpan<double> probabilities)
    {
        var mean = 0.0;
        for (var action = 0; action < backups.Length; action++)
        {
            mean += probabilities[action] * backups[action];
        }

        return mean;
    }
}
