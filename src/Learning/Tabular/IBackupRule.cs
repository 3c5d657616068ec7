namespace MemoryRL.Learning;

/// <summary>How a state's new value comes from the backed-up values of its actions: what sets the one-step operators apart.</summary>
public interface IBackupRule
{
    /// <summary>Computes the new value of a state.</summary>
    /// <param name="value">Its value so far, <c>V(s)</c>.</param>
    /// <param name="backups"><c>r(s, a) + discount * E V(s')</c> of every action, <c>[A]</c>.</param>
    /// <param name="probabilities">The behaviour's probability of every action, <c>[A]</c>, summing to 1.</param>
    /// <returns>The new value.</returns>
    double Combine(double value, ReadOnlySpan<double> backups, ReadOnlySpan<double> probabilities);
}
