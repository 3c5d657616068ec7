using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchSharp;

/// <summary>A matrix as the product reads it: any row and column stride, so that a transposed view costs nothing.</summary>
internal readonly record struct MatrixLayout(nint RowStride, nint ColumnStride);

/// <summary>Single-precision matrix products, c[m, n] = a[m, k] b[k, n] (+ c), with rows of c in order.</summary>
/// <remarks>
/// The right operand is packed once into panels of a tile's width, the left one row block by row block, so all four transpose cases cost the same.
/// The tile is chosen once by what the processor has; <c>DOTNET_EnableAVX512=0</c> in the environment takes the 256-bit one.
/// A product with at most four rows or columns and rows that lie in order is done by dot products instead.
/// </remarks>
internal static unsafe class Gemm
{
    private const int FewVectors = 4;

    /// <summary>Bits in the registers that products use: 512, 256 or 128.</summary>
    internal static int RegisterBits { get; set; } = WidestBits;

    /// <summary>Bits in the widest registers that this process may use.</summary>
    internal static int WidestBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    internal static void Multiply(
        ReadOnlySpan<float> a, MatrixLayout left, ReadOnlySpan<float> b, MatrixLayout right, Span<float> c, int m, int n, int k, bool accumulate = false)
    {
        if (m == 0 || n == 0)
        {
            return;
        }

        if (k == 0)
        {
            if (!accumulate)
            {
                c.Clear();
            }

            return;
        }

        if ((m <= FewVectors || n <= FewVectors) && left.ColumnStride == 1 && right.RowStride == 1)
        {
            Dots(a, (int)left.RowStride, b, (int)right.ColumnStride, c, m, n, k, accumulate);
            return;
        }

        fixed (float* pa = a, pb = b, pc = c)
        {
            switch (RegisterBits)
            {
                case 512: Tiles<GemmTile512>(pa, left, pb, right, pc, m, n, k, accumulate); break;
                case 256: Tiles<GemmTile256>(pa, left, pb, right, pc, m, n, k, accumulate); break;
                default: Tiles<GemmTile128>(pa, left, pb, right, pc, m, n, k, accumulate); break;
            }
        }
    }

    /// <summary>The same for doubles: for checks and small work, without packing.</summary>
    internal static void Multiply(ReadOnlySpan<double> a, MatrixLayout left, ReadOnlySpan<double> b, MatrixLayout right, Span<double> c, int m, int n, int k)
    {
        c.Clear();
        for (var i = 0; i < m; i++)
        {
            for (var p = 0; p < k; p++)
            {
                var s = a[(int)((i * left.RowStride) + (p * left.ColumnStride))];
                for (var j = 0; j < n; j++)
                {
                    c[(i * n) + j] += s * b[(int)((p * right.RowStride) + (j * right.ColumnStride))];
                }
            }
        }
    }

    private static void Dots(ReadOnlySpan<float> a, int aStride, ReadOnlySpan<float> b, int bStride, Span<float> c, int m, int n, int k, bool accumulate)
    {
        for (var i = 0; i < m; i++)
        {
            var row = a.Slice(i * aStride, k);
            for (var j = 0; j < n; j++)
            {
                var dot = TensorPrimitives.Dot(row, b.Slice(j * bStride, k));
                c[(i * n) + j] = accumulate ? c[(i * n) + j] + dot : dot;
            }
        }
    }

    private static void Tiles<TTile>(float* a, MatrixLayout left, float* b, MatrixLayout right, float* c, int m, int n, int k, bool accumulate)
        where TTile : struct, IGemmTile
    {
        var panels = (n + TTile.Columns - 1) / TTile.Columns;
        var packedSize = (nint)panels * k * TTile.Columns;
        var scratch = StoragePool.Rent((packedSize + ((nint)k * TTile.Rows) + (TTile.Rows * TTile.Columns)) * sizeof(float));
        fixed (float* packed = scratch.Span<float>(0, packedSize + ((nint)k * TTile.Rows) + (TTile.Rows * TTile.Columns)))
        {
            var rows = packed + packedSize;
            var edge = rows + ((nint)k * TTile.Rows);
            for (var panel = 0; panel < panels; panel++)
            {
                var first = panel * TTile.Columns;
                PackRight<TTile>(b + (first * right.ColumnStride), right, packed + ((nint)panel * k * TTile.Columns), k, Math.Min(TTile.Columns, n - first));
            }

            for (var i = 0; i < m; i += TTile.Rows)
            {
                var height = Math.Min(TTile.Rows, m - i);
                PackLeft<TTile>(a + (i * left.RowStride), left, rows, k, height);
                for (var panel = 0; panel < panels; panel++)
                {
                    var first = panel * TTile.Columns;
                    var width = Math.Min(TTile.Columns, n - first);
                    var to = c + ((nint)i * n) + first;
                    var from = packed + ((nint)panel * k * TTile.Columns);
                    if (height == TTile.Rows && width == TTile.Columns)
                    {
                        TTile.Run(rows, from, to, n, k, accumulate);
                    }
                    else
                    {
                        TTile.Run(rows, from, edge, TTile.Columns, k, accumulate: false);
                        StoreEdge(edge, TTile.Columns, to, n, height, width, accumulate);
                    }
                }
            }
        }

        scratch.Release();
    }

    /// <summary>[depth, columns] panels, padded with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackRight<TTile>(float* b, MatrixLayout right, float* packed, int k, int width)
        where TTile : struct, IGemmTile
    {
        if (width < TTile.Columns)
        {
            new Span<float>(packed, k * TTile.Columns).Clear();
        }

        if (right.ColumnStride == 1)
        {
            for (var p = 0; p < k; p++)
            {
                new ReadOnlySpan<float>(b + (p * right.RowStride), width).CopyTo(new Span<float>(packed + (p * TTile.Columns), width));
            }

            return;
        }

        Transpose.Pack(b, right.ColumnStride, right.RowStride, packed, TTile.Columns, width, k);
    }

    /// <summary>[depth, rows] of one row block, padded with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackLeft<TTile>(float* a, MatrixLayout left, float* packed, int k, int height)
        where TTile : struct, IGemmTile
    {
        if (height < TTile.Rows)
        {
            new Span<float>(packed, k * TTile.Rows).Clear();
        }

        Transpose.Pack(a, left.RowStride, left.ColumnStride, packed, TTile.Rows, height, k);
    }

    private static void StoreEdge(float* edge, int edgeStride, float* to, int stride, int height, int width, bool accumulate)
    {
        for (var i = 0; i < height; i++)
        {
            var from = new ReadOnlySpan<float>(edge + (i * edgeStride), width);
            var into = new Span<float>(to + ((nint)i * stride), width);
            if (accumulate)
            {
                TensorPrimitives.Add(from, into, into);
            }
            else
            {
                from.CopyTo(into);
            }
        }
    }
}
