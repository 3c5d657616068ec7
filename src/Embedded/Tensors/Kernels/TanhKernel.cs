using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The hyperbolic tangent, to a relative error of 5e-7 in single precision near 0 too, where the vectorised library function keeps only an absolute one.</summary>
/// <remarks>x P(x²) / Q(x²) of degrees 13 and 6 between the points where the result rounds to 1; coefficients as in Eigen's fast tanh.</remarks>
internal readonly struct TanhKernel : IFloatKernel
{
    // From here on tanh is 1 in single precision.
    private const float Most = 7.90531110763549805f;

    // Up to here tanh is x in single precision.
    private const float Least = 4e-4f;

    public static void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            Run(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(result));
            return;
        }

        for (var i = 0; i < result.Length; i++)
        {
            result[i] = T.Tanh(x[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run(ReadOnlySpan<float> x, Span<float> result)
    {
        var from = MemoryMarshal.Cast<float, Vector<float>>(x);
        var to = MemoryMarshal.Cast<float, Vector<float>>(result);
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = Tanh(from[i]);
        }

        for (var i = to.Length * Vector<float>.Count; i < result.Length; i++)
        {
            result[i] = Tanh(new Vector<float>(x[i]))[0];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Tanh(Vector<float> x)
    {
        // The comparisons are false for not-a-number, which stays itself.
        var y = Vector.ConditionalSelect(Vector.GreaterThan(x, new Vector<float>(Most)), new Vector<float>(Most), x);
        y = Vector.ConditionalSelect(Vector.LessThan(x, new Vector<float>(-Most)), new Vector<float>(-Most), y);
        var square = y * y;
        var top = (new Vector<float>(-2.76076847742355e-16f) * square) + new Vector<float>(2.00018790482477e-13f);
        top = (top * square) + new Vector<float>(-8.60467152213735e-11f);
        top = (top * square) + new Vector<float>(5.12229709037114e-08f);
        top = (top * square) + new Vector<float>(1.48572235717979e-05f);
        top = (top * square) + new Vector<float>(6.37261928875436e-04f);
        top = (top * square) + new Vector<float>(4.89352455891786e-03f);
        var bottom = (new Vector<float>(1.19825839466702e-06f) * square) + new Vector<float>(1.18534705686654e-04f);
        bottom = (bottom * square) + new Vector<float>(2.26843463243900e-03f);
        bottom = (bottom * square) + new Vector<float>(4.89352518554385e-03f);
        return Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(x), new Vector<float>(Least)), x, y * top / bottom);
    }
}
