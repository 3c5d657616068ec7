using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MemoryRL.Learning;

/// <summary>The exact GELU, <c>x/2 (1 + erf(x/√2))</c> (Hendrycks and Gimpel 2016), over runs of numbers.</summary>
/// <remarks>erf is Abramowitz and Stegun's 7.1.26, with an absolute error of at most 1.5e-7 before rounding.</remarks>
internal static class Gelu
{
    /// <summary>Applies it in place.</summary>
    /// <param name="values">The numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(Span<float> values)
    {
        var vectors = MemoryMarshal.Cast<float, Vector256<float>>(values);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = Apply(vectors[i]);
        }

        for (var i = vectors.Length * Vector256<float>.Count; i < values.Length; i++)
        {
            values[i] = Apply(Vector256.Create(values[i])).ToScalar();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Apply(Vector256<float> x)
    {
        var t = Vector256<float>.One / Vector256.FusedMultiplyAdd(Vector256.Abs(x), Vector256.Create(0.3275911f * 0.70710678f), Vector256<float>.One);
        var polynomial = Vector256.FusedMultiplyAdd(t, Vector256.Create(1.061405429f), Vector256.Create(-1.453152027f));
        polynomial = Vector256.FusedMultiplyAdd(polynomial, t, Vector256.Create(1.421413741f));
        polynomial = Vector256.FusedMultiplyAdd(polynomial, t, Vector256.Create(-0.284496736f));
        polynomial = Vector256.FusedMultiplyAdd(polynomial, t, Vector256.Create(0.254829592f));
        var tail = polynomial * t * ExponentialOfNegative(x * x * -0.5f);
        return x * 0.5f * (Vector256<float>.One + Vector256.CopySign(Vector256<float>.One - tail, x));
    }

    /// <summary>e to the power of numbers from -87 to 0; smaller ones count as -87. Relative error below 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ExponentialOfNegative(Vector256<float> x)
    {
        // e^x = 2^n e^r with |r| <= ln(2) / 2; ln(2) in two parts keeps r exact. e^r is its Taylor series to r^7.
        x = Vector256.Max(x, Vector256.Create(-87f));
        var n = Vector256.Round(x * 1.44269504f);
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693359375f), x);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(2.12194440e-4f), r);
        var sum = Vector256.FusedMultiplyAdd(r, Vector256.Create(1f / 5040), Vector256.Create(1f / 720));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 120));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 24));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 6));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(0.5f));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256<float>.One);
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256<float>.One);
        var power = Vector256.ShiftLeft(Vector256.ConvertToInt32(n) + Vector256.Create(127), 23);
        return sum * power.AsSingle();
    }
}
