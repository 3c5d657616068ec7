using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>The rule of the gradient expectile operator (VEM, arXiv:2110.09796, Eq. 3 as recalled; the authors' toy code has the same form): one step of gradient descent towards the expectile.</summary>
/// <remarks>
/// <c>V(s) + 2 alpha E_a[ tau [d]_+ + (1 - tau) [d]_- ]</c> with <c>d = b(a) - V(s)</c>. For every step size up to <see cref="LargestStepSize"/> it is a
/// contraction with the fixed point of <see cref="ExpectileRule"/>.
/// </remarks>
public sealed class GradientExpectileRule : IBackupRule
{
    private readonly double _expectile;
    private readonly double _stepSize;

    /// <summary>Initializes a rule.</summary>
    /// <param name="expectile">The expectile <c>tau</c>, in (0, 1).</param>
    /// <param name="stepSize">The step size <c>alpha</c>, above 0 and at most <see cref="LargestStepSize"/>; null for that, as the official code has it.</param>
    /// <exception cref="InvalidExperienceException">A number is out of range.</exception>
    public GradientExpectileRule(double expectile, double? stepSize = null)
    {
        InvalidExperienceException.ThrowUnless(expectile is > 0 and < 1, "expectile", "a number between 0 and 1, both excluded", expectile);
        var largest = LargestStepSize(expectile);
        InvalidExperienceException.ThrowUnless(stepSize is null or > 0 && !(stepSize > largest), "step_size", FormattableString.Invariant($"a number above 0, at most {largest}"), stepSize);
        (_expectile, _stepSize) = (expectile, stepSize ?? largest);
    }

    /// <summary>Computes the largest step size with which the operator contracts.</summary>
    /// <param name="expectile">The expectile <c>tau</c>.</param>
    /// <returns><c>alpha_0 = 1 / (2 max(tau, 1 - tau))</c>.</returns>
    public static double LargestStepSize(double expectile) => 1 / (2 * Math.Max(expectile, 1 - expectile));

    /// <summary>Computes by how much two value tables come closer in one step, at the least.</summary>
    /// <param name="discount">The process's discount.</param>
    /// <returns>The modulus <c>gamma_tau = 1 - 2 alpha (1 - discount) min(tau, 1 - tau)</c> in the maximum norm, as the paper has it.</returns>
    public double ContractionBound(double discount) => 1 - (2 * _stepSize * (1 - discount) * Math.Min(_expectile, 1 - _expectile));

    /// <inheritdoc/>
    public double Combine(double value, ReadOnlySpan<double> backups, ReadOnlySpan<double> probabilities)
    {
        var slope = 0.0;
        for (var action = 0; action < backups.Length; action++)
        {
            var difference = backups[action] - value;
            slope += probabilities[action] * (difference > 0 ? _expectile : 1 - _expectile) * difference;
        }

        return value + (2 * _stepSize * slope);
    }
}
