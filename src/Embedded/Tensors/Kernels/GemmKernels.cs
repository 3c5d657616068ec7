using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchSharp;

/// <summary>One register tile of a product: a left block of any strides times a packed right panel [depth, columns].</summary>
internal unsafe interface IGemmTile
{
    static abstract int Rows { get; }

    static abstract int Columns { get; }

    /// <summary>Writes the whole tile, on top of a row where there is one, or adds to what is there.</summary>
    static abstract void Run(float* left, MatrixLayout layout, float* right, float* start, float* result, nint stride, int depth, bool accumulate);
}

/// <summary>8 x 32 in sixteen 512-bit accumulators.</summary>
internal readonly unsafe struct GemmTile512 : IGemmTile
{
    public static int Rows => 8;

    public static int Columns => 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* left, MatrixLayout layout, float* right, float* start, float* result, nint stride, int depth, bool accumulate)
    {
        Vector512<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        Vector512<float> e0 = default, e1 = default, f0 = default, f1 = default, g0 = default, g1 = default, h0 = default, h1 = default;
        if (start != null)
        {
            a0 = b0 = c0 = d0 = e0 = f0 = g0 = h0 = Vector512.Load(start);
            a1 = b1 = c1 = d1 = e1 = f1 = g1 = h1 = Vector512.Load(start + 16);
        }

        var step = layout.ColumnStride;
        var row = layout.RowStride;
        var twoRows = 2 * row;
        var threeRows = 3 * row;
        var lower = left + (4 * row);
        for (var k = 0; k < depth; k++)
        {
            var x = Vector512.Load(right);
            var y = Vector512.Load(right + 16);
            var s = Vector512.Create(*left);
            a0 = Vector512.FusedMultiplyAdd(s, x, a0);
            a1 = Vector512.FusedMultiplyAdd(s, y, a1);
            s = Vector512.Create(left[row]);
            b0 = Vector512.FusedMultiplyAdd(s, x, b0);
            b1 = Vector512.FusedMultiplyAdd(s, y, b1);
            s = Vector512.Create(left[twoRows]);
            c0 = Vector512.FusedMultiplyAdd(s, x, c0);
            c1 = Vector512.FusedMultiplyAdd(s, y, c1);
            s = Vector512.Create(left[threeRows]);
            d0 = Vector512.FusedMultiplyAdd(s, x, d0);
            d1 = Vector512.FusedMultiplyAdd(s, y, d1);
            s = Vector512.Create(*lower);
            e0 = Vector512.FusedMultiplyAdd(s, x, e0);
            e1 = Vector512.FusedMultiplyAdd(s, y, e1);
            s = Vector512.Create(lower[row]);
            f0 = Vector512.FusedMultiplyAdd(s, x, f0);
            f1 = Vector512.FusedMultiplyAdd(s, y, f1);
            s = Vector512.Create(lower[twoRows]);
            g0 = Vector512.FusedMultiplyAdd(s, x, g0);
            g1 = Vector512.FusedMultiplyAdd(s, y, g1);
            s = Vector512.Create(lower[threeRows]);
            h0 = Vector512.FusedMultiplyAdd(s, x, h0);
            h1 = Vector512.FusedMultiplyAdd(s, y, h1);
            left += step;
            lower += step;
            right += 32;
        }

        Store(result, a0, a1, accumulate);
        Store(result + stride, b0, b1, accumulate);
        Store(result + (2 * stride), c0, c1, accumulate);
        Store(result + (3 * stride), d0, d1, accumulate);
        Store(result + (4 * stride), e0, e1, accumulate);
        Store(result + (5 * stride), f0, f1, accumulate);
        Store(result + (6 * stride), g0, g1, accumulate);
        Store(result + (7 * stride), h0, h1, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, Vector512<float> first, Vector512<float> second, bool accumulate)
    {
        if (accumulate)
        {
            first += Vector512.Load(to);
            second += Vector512.Load(to + 16);
        }

        first.Store(to);
        second.Store(to + 16);
    }
}

/// <summary>6 x 16 in twelve 256-bit accumulators.</summary>
internal readonly unsafe struct GemmTile256 : IGemmTile
{
    public static int Rows => 6;

    public static int Columns => 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* left, MatrixLayout layout, float* right, float* start, float* result, nint stride, int depth, bool accumulate)
    {
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
        Vector256<float> d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
        if (start != null)
        {
            a0 = b0 = c0 = d0 = e0 = f0 = Vector256.Load(start);
            a1 = b1 = c1 = d1 = e1 = f1 = Vector256.Load(start + 8);
        }

        var step = layout.ColumnStride;
        var row = layout.RowStride;
        var twoRows = 2 * row;
        var lower = left + (3 * row);
        for (var k = 0; k < depth; k++)
        {
            var x = Vector256.Load(right);
            var y = Vector256.Load(right + 8);
            var s = Vector256.Create(*left);
            a0 = Vector256.FusedMultiplyAdd(s, x, a0);
            a1 = Vector256.FusedMultiplyAdd(s, y, a1);
            s = Vector256.Create(left[row]);
            b0 = Vector256.FusedMultiplyAdd(s, x, b0);
            b1 = Vector256.FusedMultiplyAdd(s, y, b1);
            s = Vector256.Create(left[twoRows]);
            c0 = Vector256.FusedMultiplyAdd(s, x, c0);
            c1 = Vector256.FusedMultiplyAdd(s, y, c1);
            s = Vector256.Create(*lower);
            d0 = Vector256.FusedMultiplyAdd(s, x, d0);
            d1 = Vector256.FusedMultiplyAdd(s, y, d1);
            s = Vector256.Create(lower[row]);
            e0 = Vector256.FusedMultiplyAdd(s, x, e0);
            e1 = Vector256.FusedMultiplyAdd(s, y, e1);
            s = Vector256.Create(lower[twoRows]);
            f0 = Vector256.FusedMultiplyAdd(s, x, f0);
            f1 = Vector256.FusedMultiplyAdd(s, y, f1);
            left += step;
            lower += step;
            right += 16;
        }

        Store(result, a0, a1, accumulate);
        Store(result + stride, b0, b1, accumulate);
        Store(result + (2 * stride), c0, c1, accumulate);
        Store(result + (3 * stride), d0, d1, accumulate);
        Store(result + (4 * stride), e0, e1, accumulate);
        Store(result + (5 * stride), f0, f1, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, Vector256<float> first, Vector256<float> second, bool accumulate)
    {
        if (accumulate)
        {
            first += Vector256.Load(to);
            second += Vector256.Load(to + 8);
        }

        first.Store(to);
        second.Store(to + 8);
    }
}

/// <summary>4 x 8 without vectors wider than 128 bits.</summary>
internal readonly unsafe struct GemmTile128 : IGemmTile
{
    public static int Rows => 4;

    public static int Columns => 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* left, MatrixLayout layout, float* right, float* start, float* result, nint stride, int depth, bool accumulate)
    {
        Vector128<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        if (start != null)
        {
            a0 = b0 = c0 = d0 = Vector128.Load(start);
            a1 = b1 = c1 = d1 = Vector128.Load(start + 4);
        }

        var step = layout.ColumnStride;
        var row = layout.RowStride;
        var lower = left + (2 * row);
        for (var k = 0; k < depth; k++)
        {
            var x = Vector128.Load(right);
            var y = Vector128.Load(right + 4);
            var s = Vector128.Create(*left);
            a0 = Vector128.MultiplyAddEstimate(s, x, a0);
            a1 = Vector128.MultiplyAddEstimate(s, y, a1);
            s = Vector128.Create(left[row]);
            b0 = Vector128.MultiplyAddEstimate(s, x, b0);
            b1 = Vector128.MultiplyAddEstimate(s, y, b1);
            s = Vector128.Create(*lower);
            c0 = Vector128.MultiplyAddEstimate(s, x, c0);
            c1 = Vector128.MultiplyAddEstimate(s, y, c1);
            s = Vector128.Create(lower[row]);
            d0 = Vector128.MultiplyAddEstimate(s, x, d0);
            d1 = Vector128.MultiplyAddEstimate(s, y, d1);
            left += step;
            lower += step;
            right += 8;
        }

        Store(result, a0, a1, accumulate);
        Store(result + stride, b0, b1, accumulate);
        Store(result + (2 * stride), c0, c1, accumulate);
        Store(result + (3 * stride), d0, d1, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, Vector128<float> first, Vector128<float> second, bool accumulate)
    {
        if (accumulate)
        {
            first += Vector128.Load(to);
            second += Vector128.Load(to + 4);
        }

        first.Store(to);
        second.Store(to + 4);
    }
}
