using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchSharp;

/// <summary>The exact GELU, x Φ(x) with Φ(x) = (1 + erf(x/√2)) / 2 (Hendrycks and Gimpel 2016), and its slope Φ(x) + x φ(x).</summary>
/// <remarks>
/// In single precision erf is Abramowitz and Stegun's 7.1.26, absolute error at most 1.5e-7 before rounding: the value is within
/// 3e-7 (1 + |x|) of the true one. Its exponential is the density's too, so that the slope costs no other.
/// </remarks>
internal static unsafe class GeluKernel
{
    private const int LeastElements = 8 * 1024;

    internal static void Forward(ReadOnlySpan<float> x, Span<float> y)
    {
        fixed (float* px = x, py = y)
        {
            Slices.Run(y.Length, LeastElements, new Value(px, py));
        }
    }

    /// <summary>result = gradient (Φ(x) + x φ(x)).</summary>
    internal static void Backward(ReadOnlySpan<float> gradient, ReadOnlySpan<float> x, Span<float> result)
    {
        fixed (float* pg = gradient, px = x, pr = result)
        {
            Slices.Run(result.Length, LeastElements, new Slope(pg, px, pr));
        }
    }

    internal static void Forward(ReadOnlySpan<double> x, Span<double> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = x[i] * Share(x[i]);
        }
    }

    internal static void Backward(ReadOnlySpan<double> gradient, ReadOnlySpan<double> x, Span<double> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = gradient[i] * (Share(x[i]) + (x[i] * Math.Exp(-0.5 * x[i] * x[i]) / Math.Sqrt(2 * Math.PI)));
        }
    }

    /// <summary>Φ(x) to double precision: a series near 0 and a continued fraction in the tails (Abramowitz and Stegun 26.2.11 and 26.2.14).</summary>
    private static double Share(double x)
    {
        var size = Math.Abs(x);
        if (double.IsNaN(x) || size > 40)
        {
            return double.IsNaN(x) ? x : x > 0 ? 1 : 0;
        }

        var density = Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
        if (size > 5)
        {
            var fraction = size;
            for (var i = 80; i > 0; i--)
            {
                fraction = size + (i / fraction);
            }

            return x > 0 ? 1 - (density / fraction) : density / fraction;
        }

        var (term, sum) = (x, x);
        for (var i = 3; Math.Abs(term) > 1e-18 * Math.Abs(sum); i += 2)
        {
            term *= x * x / i;
            sum += term;
        }

        return 0.5 + (density * sum);
    }

    /// <summary>Φ and φ, the density, of eight numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Share, Vector256<float> Density) Gauss(Vector256<float> x)
    {
        var exponential = ExponentialOfNegative(x * x * -0.5f);
        var t = Vector256<float>.One / Vector256.FusedMultiplyAdd(Vector256.Abs(x), Vector256.Create(0.3275911f * 0.70710678f), Vector256<float>.One);
        var polynomial = Vector256.FusedMultiplyAdd(t, Vector256.Create(1.061405429f), Vector256.Create(-1.453152027f));
        polynomial = Vector256.FusedMultiplyAdd(polynomial, t, Vector256.Create(1.421413741f));
        polynomial = Vector256.FusedMultiplyAdd(polynomial, t, Vector256.Create(-0.284496736f));
        polynomial = Vector256.FusedMultiplyAdd(polynomial, t, Vector256.Create(0.254829592f));
        var half = polynomial * t * exponential * 0.5f;
        var share = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), half, Vector256<float>.One - half);
        return (share, exponential * 0.398942280f);
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

    private readonly struct Value(float* x, float* y) : ISliceWork
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int from, int to)
        {
            var i = from;
            for (; i <= to - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                Apply(Vector256.Load(x + i)).Store(y + i);
            }

            for (; i < to; i++)
            {
                y[i] = Apply(Vector256.Create(x[i])).ToScalar();
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> Apply(Vector256<float> x) => x * Gauss(x).Share;
    }

    private readonly struct Slope(float* gradient, float* x, float* result) : ISliceWork
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int from, int to)
        {
            var i = from;
            for (; i <= to - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                (Vector256.Load(gradient + i) * Apply(Vector256.Load(x + i))).Store(result + i);
            }

            for (; i < to; i++)
            {
                result[i] = gradient[i] * Apply(Vector256.Create(x[i])).ToScalar();
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> Apply(Vector256<float> x)
        {
            var (share, density) = Gauss(x);
            return Vector256.FusedMultiplyAdd(x, density, share);
        }
    }
}
