using System.Numerics;
using System.Numerics.Tensors;

namespace TorchSharp;

internal readonly struct AddKernel : IBinaryKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Add(x, y, result);

    public static void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Add(x, y, result);

    public static void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Add(y, x, result);
}

internal readonly struct SubtractKernel : IBinaryKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(x, y, result);

    public static void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(x, y, result);

    public static void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(x, y, result);
}

internal readonly struct MultiplyKernel : IBinaryKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(x, y, result);

    public static void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(x, y, result);

    public static void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(y, x, result);
}

internal readonly struct DivideKernel : IBinaryKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Divide(x, y, result);

    public static void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Divide(x, y, result);

    public static void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Divide(x, y, result);
}

/// <summary>The larger number; not-a-number wins, as in PyTorch.</summary>
internal readonly struct MaximumKernel : IBinaryKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Max(x, y, result);

    public static void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Max(x, y, result);

    public static void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Max(y, x, result);
}

/// <summary>The smaller number; not-a-number wins, as in PyTorch.</summary>
internal readonly struct MinimumKernel : IBinaryKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Min(x, y, result);

    public static void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Min(x, y, result);

    public static void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Min(y, x, result);
}

internal readonly struct PowerKernel : IBinaryKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = One(x[i], y[i]);
        }
    }

    public static void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        if (y == T.CreateTruncating(2))
        {
            TensorPrimitives.Multiply(x, x, result);
        }
        else if (y == T.One)
        {
            x.CopyTo(result);
        }
        else
        {
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = One(x[i], y);
            }
        }
    }

    public static void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = One(x, y[i]);
        }
    }

    private static T One<T>(T x, T y)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            return T.CreateTruncating(Math.Pow(double.CreateTruncating(x), double.CreateTruncating(y)));
        }

        var power = T.One;
        for (var i = T.Zero; i < y; i++)
        {
            power *= x;
        }

        return power;
    }
}

internal readonly struct NegateKernel : IUnaryKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Negate(x, result);
}

internal readonly struct AbsoluteKernel : IUnaryKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Abs(x, result);
}

internal readonly struct SignKernel : IUnaryKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < x.Length; i++)
        {
            result[i] = x[i] > T.Zero ? T.One : x[i] < T.Zero ? -T.One : T.Zero;
        }
    }
}

/// <summary>max(x, 0); not-a-number passes through.</summary>
internal readonly struct ReluKernel : IUnaryKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, INumber<T> => TensorPrimitives.Max(x, T.Zero, result);
}

internal readonly struct ExpKernel : IFloatKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Exp(x, result);
}

internal readonly struct LogKernel : IFloatKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Log(x, result);
}

internal readonly struct SigmoidKernel : IFloatKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length > 0)
        {
            TensorPrimitives.Sigmoid(x, result);
        }
    }
}

internal readonly struct SqrtKernel : IFloatKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sqrt(x, result);
}

internal readonly struct LessKernel : IComparison
{
    public static bool Test<T>(T x, T y)
        where T : unmanaged, INumber<T> => x < y;
}

internal readonly struct LessEqualKernel : IComparison
{
    public static bool Test<T>(T x, T y)
        where T : unmanaged, INumber<T> => x <= y;
}

internal readonly struct GreaterKernel : IComparison
{
    public static bool Test<T>(T x, T y)
        where T : unmanaged, INumber<T> => x > y;
}

internal readonly struct GreaterEqualKernel : IComparison
{
    public static bool Test<T>(T x, T y)
        where T : unmanaged, INumber<T> => x >= y;
}

internal readonly struct EqualKernel : IComparison
{
    public static bool Test<T>(T x, T y)
        where T : unmanaged, INumber<T> => x == y;
}

internal readonly struct NotEqualKernel : IComparison
{
    public static bool Test<T>(T x, T y)
        where T : unmanaged, INumber<T> => x != y;
}

internal readonly struct AndKernel : IComparison
{
    public static bool Test<T>(T x, T y)
        where T : unmanaged, INumber<T> => x != T.Zero && y != T.Zero;
}

internal readonly struct OrKernel : IComparison
{
    public static bool Test<T>(T x, T y)
        where T : unmanaged, INumber<T> => x != T.Zero || y != T.Zero;
}

internal readonly struct ExclusiveOrKernel : IComparison
{
    public static bool Test<T>(T x, T y)
        where T : unmanaged, INumber<T> => (x != T.Zero) != (y != T.Zero);
}
