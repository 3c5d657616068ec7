using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>The rule of the exact expectile operator (VEM, arXiv:2110.09796, Eq. 2 as recalled): the expectile of the backed-up values under the behaviour.</summary>
/// <remarks>
/// <c>argmin_v E_a[ tau [b(a) - v]_+^2 + (1 - tau) [b(a) - v]_-^2 ]</c>. Its slope in <c>v</c> is linear between two neighbouring backups, so that
/// Newton's method from the mean visits every piece at most once and then stands on the solution, without a tolerance.
/// </remarks>
public sealed class ExpectileRule : IBackupRule
{
    private readonly double _expectile;

    /// <summary>Initializes a rule.</summary>
    /// <param name="expectile">Which expectile, in (0, 1): 0.5 is the mean, near 1 is the largest backup of the support.</param>
    /// <exception cref="InvalidExperienceException">The expectile is out of range.</exception>
    public ExpectileRule(double expectile)
    {
        InvalidExperienceException.ThrowUnless(expectile is > 0 and < 1, "expectile", "a number between 0 and 1, both excluded", expectile);
        _expectile = expectile;
    }

    /// <inheritdoc/>
    public double Combine(double value, ReadOnlySpan<double> backups, ReadOnlySpan<double> probabilities)
    {
        var v = MeanRule.Instance.Combine(value, backups, probabilities);
        for (var piece = 0; piece <= backups.Length; piece++)
        {
            var (weighted, weights) = (0.0, 0.0);
            for (var action = 0; action < backups.Length; action++)
            {
                var weight = probabilities[action] * (backups[action] > v ? _expectile : 1 - _expectile);
                weighted += weight * backups[action];
                weights += weight;
            }

            var next = weighted / weights;
            if (next == v)
            {
                break;
            }

            v = next;
        }

        return v;
    }
}
