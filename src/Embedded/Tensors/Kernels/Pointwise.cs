using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A function of one number with numbers of its own, and its slope.</summary>
internal interface IPointwise
{
    T Value<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>;

    T Slope<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>log(1 + exp(beta x)) / beta, and x where beta x is beyond the threshold.</summary>
internal readonly record struct SoftplusFunction(double Beta, double Threshold) : IPointwise
{
    public T Value<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var scaled = x * T.CreateTruncating(Beta);
        return scaled > T.CreateTruncating(Threshold) ? x : LogOnePlus(T.Exp(scaled)) / T.CreateTruncating(Beta);
    }

    public T Slope<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var scaled = x * T.CreateTruncating(Beta);
        return scaled > T.CreateTruncating(Threshold) ? T.One : T.One / (T.One + T.Exp(-scaled));
    }

    /// <summary>log(1 + x) to the last digits of small x too (Kahan), which T.LogP1 isn't.</summary>
    private static T LogOnePlus<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var sum = T.One + x;
        return sum == T.One ? x : T.Log(sum) * (x / (sum - T.One));
    }
}

/// <summary>x, and a share of it where x is not above 0.</summary>
internal readonly record struct LeakyReluFunction(double NegativeSlope) : IPointwise
{
    public T Value<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => x > T.Zero ? x : x * T.CreateTruncating(NegativeSlope);

    public T Slope<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T> => x > T.Zero ? T.One : T.CreateTruncating(NegativeSlope);
}

/// <summary>x² / (2 beta) up to |x| = beta and |x| - beta / 2 beyond.</summary>
internal readonly record struct SmoothAbsoluteFunction(double Beta) : IPointwise
{
    public T Value<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (size, beta, half) = (T.Abs(x), T.CreateTruncating(Beta), T.CreateTruncating(0.5));
        return size < beta ? half * x * x / beta : size - (half * beta);
    }

    public T Slope<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var beta = T.CreateTruncating(Beta);
        return T.Abs(x) < beta ? x / beta : x > T.Zero ? T.One : x < T.Zero ? -T.One : x - x;
    }
}

/// <summary>Runs such functions over whole tensors, number by number.</summary>
internal static class Pointwise
{
    internal static TensorValue Record<TFunction>(string operation, TensorValue a, TFunction function)
        where TFunction : struct, IPointwise
    {
        using var x = Copying.Convert(a, DataTypes.IsFloat(a.Type) ? a.Type : ScalarType.Float32);
        var result = TensorValue.EmptyLike(x);
        if (x.Type == ScalarType.Float32)
        {
            Values<TFunction, float>(function, x.Span<float>(), result.Span<float>());
        }
        else
        {
            Values<TFunction, double>(function, x.Span<double>(), result.Span<double>());
        }

        return Recorder.Record(result, operation, [a], [a], (n, g, _) => Gradient(function, g, n.Saved(0)));
    }

    private static TensorValue Gradient<TFunction>(TFunction function, TensorValue gradient, TensorValue saved)
        where TFunction : struct, IPointwise
    {
        using var g = Copying.Contiguous(gradient);
        using var x = Copying.Contiguous(saved);
        var result = TensorValue.EmptyLike(g);
        if (g.Type == ScalarType.Float32)
        {
            Slopes<TFunction, float>(function, g.Span<float>(), x.Span<float>(), result.Span<float>());
        }
        else
        {
            Slopes<TFunction, double>(function, g.Span<double>(), x.Span<double>(), result.Span<double>());
        }

        return result;
    }

    private static void Values<TFunction, T>(TFunction function, ReadOnlySpan<T> x, Span<T> result)
        where TFunction : struct, IPointwise
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = function.Value(x[i]);
        }
    }

    private static void Slopes<TFunction, T>(TFunction function, ReadOnlySpan<T> gradient, ReadOnlySpan<T> x, Span<T> result)
        where TFunction : struct, IPointwise
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = gradient[i] * function.Slope(x[i]);
        }
    }
}
