using System.Numerics;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The derivative of a pointwise function times the gradient that arrives, in one pass.</summary>
/// <typeparam name="T">The number type.</typeparam>
internal interface IDerivative<T>
    where T : unmanaged, INumber<T>
{
    static abstract T Apply(T gradient, T saved);

    static abstract Vector<T> Apply(Vector<T> gradient, Vector<T> saved);
}

/// <summary>0 where the result of relu is 0.</summary>
internal readonly struct ReluDerivative<T> : IDerivative<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T gradient, T saved) => saved <= T.Zero ? T.Zero : gradient;

    public static Vector<T> Apply(Vector<T> gradient, Vector<T> saved)
        => Vector.ConditionalSelect(Vector.LessThanOrEqual(saved, Vector<T>.Zero), Vector<T>.Zero, gradient);
}

/// <summary>1 - y², from the result y of tanh.</summary>
internal readonly struct TanhDerivative<T> : IDerivative<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T gradient, T saved) => gradient * (T.One - (saved * saved));

    public static Vector<T> Apply(Vector<T> gradient, Vector<T> saved) => gradient * (Vector<T>.One - (saved * saved));
}

/// <summary>y (1 - y), from the result y of sigmoid.</summary>
internal readonly struct SigmoidDerivative<T> : IDerivative<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T gradient, T saved) => gradient * saved * (T.One - saved);

    public static Vector<T> Apply(Vector<T> gradient, Vector<T> saved) => gradient * saved * (Vector<T>.One - saved);
}

/// <summary>1 / (2 y), from the result y of sqrt.</summary>
internal readonly struct SqrtDerivative<T> : IDerivative<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T gradient, T saved) => gradient / (saved + saved);

    public static Vector<T> Apply(Vector<T> gradient, Vector<T> saved) => gradient / (saved + saved);
}

/// <summary>The sign of the argument.</summary>
internal readonly struct AbsoluteDerivative<T> : IDerivative<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T gradient, T saved) => saved > T.Zero ? gradient : saved < T.Zero ? -gradient : T.Zero;

    public static Vector<T> Apply(Vector<T> gradient, Vector<T> saved)
        => Vector.ConditionalSelect(
            Vector.GreaterThan(saved, Vector<T>.Zero),
            gradient,
            Vector.ConditionalSelect(Vector.LessThan(saved, Vector<T>.Zero), -gradient, Vector<T>.Zero));
}

/// <summary>Runs derivatives over whole tensors.</summary>
internal static class Derivatives
{
    internal static TensorValue Run<TFloat, TDouble>(TensorValue gradient, TensorValue saved)
        where TFloat : IDerivative<float>
        where TDouble : IDerivative<double>
    {
        using var g = Copying.Contiguous(gradient);
        using var s = Copying.Contiguous(saved);
        var result = TensorValue.EmptyLike(g);
        RunInto<TFloat, TDouble>(g, s, result);
        return result;
    }

    /// <summary>Writes over a contiguous gradient that nobody else sees.</summary>
    internal static void RunInPlace<TFloat, TDouble>(TensorValue gradient, TensorValue saved)
        where TFloat : IDerivative<float>
        where TDouble : IDerivative<double>
    {
        using var s = Copying.Contiguous(saved);
        RunInto<TFloat, TDouble>(gradient, s, gradient);
    }

    private static void RunInto<TFloat, TDouble>(TensorValue gradient, TensorValue saved, TensorValue result)
        where TFloat : IDerivative<float>
        where TDouble : IDerivative<double>
    {
        if (gradient.Type == torch.ScalarType.Float32)
        {
            Loop<TFloat, float>(gradient.Span<float>(), saved.Span<float>(), result.Span<float>());
        }
        else
        {
            Loop<TDouble, double>(gradient.Span<double>(), saved.Span<double>(), result.Span<double>());
        }
    }

    private static void Loop<TDerivative, T>(ReadOnlySpan<T> gradient, ReadOnlySpan<T> saved, Span<T> result)
        where TDerivative : IDerivative<T>
        where T : unmanaged, INumber<T>
    {
        var g = MemoryMarshal.Cast<T, Vector<T>>(gradient);
        var s = MemoryMarshal.Cast<T, Vector<T>>(saved);
        var r = MemoryMarshal.Cast<T, Vector<T>>(result);
        for (var i = 0; i < r.Length; i++)
        {
            r[i] = TDerivative.Apply(g[i], s[i]);
        }

        for (var i = r.Length * Vector<T>.Count; i < result.Length; i++)
        {
            result[i] = TDerivative.Apply(gradient[i], saved[i]);
        }
    }
}
