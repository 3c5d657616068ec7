using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchSharp;

/// <summary>A matrix as the product reads it: any row and column stride, so that a transposed view costs nothing.</summary>
internal readonly record struct MatrixLayout(nint RowStride, nint ColumnStride);

/// <summary>Single-precision matrix products, c[m, n] = a[m, k] b[k, n] (+ c), with rows of c in order.</summary>
/// <remarks>
/// The right operand is packed into panels of a tile's width, a block of its depth at a time; the left one is read where it lies if its rows
/// are in order and packed if not. Rows go in blocks that stay in the second-level cache while the panels pass.
/// Threads share out whole columns or rows of the result: every element is summed by one of them and in the same order, whatever their number.
/// The tile is chosen once by what the processor has; <c>DOTNET_EnableAVX512=0</c> in the environment takes the 256-bit one.
/// A product with at most four rows or columns and rows that lie in order is done by dot products instead.
/// </remarks>
internal static unsafe class Gemm
{
    private const int FewVectors = 4;

    // A panel of this depth and a tile's rows leave room in a first-level cache of 32 KiB.
    private const int MostDepth = 320;

    // Floats of the left operand that stay in the second-level cache beside the panels.
    private const int LeftBlock = 64 * 1024;

    // Multiplications that are worth waking another thread for: some 10 microseconds.
    private const long LeastShared = 1 << 19;

    /// <summary>Bits in the registers that products use: 512, 256 or 128.</summary>
    internal static int RegisterBits { get; set; } = WidestBits;

    /// <summary>Bits in the widest registers that this process may use.</summary>
    internal static int WidestBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    internal static void Multiply(
        ReadOnlySpan<float> a, MatrixLayout left, ReadOnlySpan<float> b, MatrixLayout right, Span<float> c, int m, int n, int k,
        ReadOnlySpan<float> bias = default, bool accumulate = false)
    {
        if (m == 0 || n == 0)
        {
            return;
        }

        var few = (m <= FewVectors || n <= FewVectors) && left.ColumnStride == 1 && right.RowStride == 1;
        if (k == 0 || few)
        {
            Start(c, n, bias, accumulate);
            if (k > 0)
            {
                Dots(a, (int)left.RowStride, b, (int)right.ColumnStride, c, m, n, k, accumulate || !bias.IsEmpty);
            }

            return;
        }

        fixed (float* pa = a, pb = b, pc = c, pbias = bias)
        {
            var product = new GemmProduct(pa, left, pb, right, pc, n, m, n, k, bias.IsEmpty ? null : pbias, accumulate);
            switch (RegisterBits)
            {
                case 512: Share<GemmTile512>(product); break;
                case 256: Share<GemmTile256>(product); break;
                default: Share<GemmTile128>(product); break;
            }
        }
    }

    /// <summary>The same for doubles: for checks and small work, without packing.</summary>
    internal static void Multiply(ReadOnlySpan<double> a, MatrixLayout left, ReadOnlySpan<double> b, MatrixLayout right, Span<double> c, int m, int n, int k, bool accumulate = false)
    {
        if (!accumulate)
        {
            c.Clear();
        }

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

    private static void Start(Span<float> c, int n, ReadOnlySpan<float> bias, bool accumulate)
    {
        if (!bias.IsEmpty)
        {
            for (var row = 0; row < c.Length; row += n)
            {
                bias.CopyTo(c[row..]);
            }
        }
        else if (!accumulate)
        {
            c.Clear();
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

    private static void Share<TTile>(GemmProduct product)
        where TTile : struct, IGemmTile
    {
        var threads = WorkerPool.Threads;
        if (threads == 1 || (long)product.M * product.N * product.K < LeastShared)
        {
            Tiles<TTile>(product);
            return;
        }

        // Columns share the packing too; rows, each with its own, are for results too narrow to be shared out evenly.
        var panels = (product.N + TTile.Columns - 1) / TTile.Columns;
        var blocks = (product.M + TTile.Rows - 1) / TTile.Rows;
        var byColumns = panels % threads == 0 || panels >= 4 * threads || panels >= blocks;
        var shared = new SharedProduct(product, byColumns, Math.Min(threads, byColumns ? panels : blocks));
        WorkerPool.Run(shared.Parts, Parts<TTile>.Work, &shared);
    }

    private static void Tiles<TTile>(in GemmProduct product)
        where TTile : struct, IGemmTile
    {
        var (m, n) = (product.M, product.N);
        var blocks = (product.K + MostDepth - 1) / MostDepth;
        var depth = (product.K + blocks - 1) / blocks;
        var isInOrder = product.LeftLayout.ColumnStride == 1;
        var height = Math.Max(LeftBlock / depth / TTile.Rows, 1) * TTile.Rows;
        var padded = (n + TTile.Columns - 1) / TTile.Columns * TTile.Columns;
        var packedLeft = (nint)height * depth;
        var floats = (padded * (nint)depth) + packedLeft + padded + (TTile.Rows * TTile.Columns);
        var scratch = StoragePool.Rent(floats * sizeof(float));
        fixed (float* panels = scratch.Span<float>(0, floats))
        {
            var rows = panels + (padded * (nint)depth);
            var bias = rows + packedLeft;
            var edge = bias + padded;
            if (product.Bias != null)
            {
                new ReadOnlySpan<float>(product.Bias, n).CopyTo(new Span<float>(bias, n));
                new Span<float>(bias + n, padded - n).Clear();
            }

            for (var from = 0; from < product.K; from += depth)
            {
                var part = product with
                {
                    Left = product.Left + (from * product.LeftLayout.ColumnStride),
                    Right = product.Right + (from * product.RightLayout.RowStride),
                    K = Math.Min(depth, product.K - from),
                    Bias = product.Bias == null || from > 0 ? null : bias,
                    Accumulates = product.Accumulates || from > 0,
                };
                PackPanels<TTile>(part, panels);
                for (var top = 0; top < m; top += height)
                {
                    var block = part with
                    {
                        Left = part.Left + (top * part.LeftLayout.RowStride),
                        Result = part.Result + (top * part.Stride),
                        M = Math.Min(height, m - top),
                    };
                    RunBlock<TTile>(block, panels, rows, edge, isInOrder);
                }
            }
        }

        scratch.Release();
    }

    private static void PackPanels<TTile>(in GemmProduct part, float* panels)
        where TTile : struct, IGemmTile
    {
        for (var first = 0; first < part.N; first += TTile.Columns)
        {
            PackRight<TTile>(part.Right + (first * part.RightLayout.ColumnStride), part.RightLayout, panels + ((nint)first * part.K), part.K, Math.Min(TTile.Columns, part.N - first));
        }
    }

    /// <summary>All columns of some rows. Rows out of order, and those too few for a tile, are packed first.</summary>
    private static void RunBlock<TTile>(in GemmProduct block, float* panels, float* rows, float* edge, bool isInOrder)
        where TTile : struct, IGemmTile
    {
        var whole = block.M / TTile.Rows * TTile.Rows;
        for (var i = isInOrder ? whole : 0; i < block.M; i += TTile.Rows)
        {
            PackLeft<TTile>(block.Left + (i * block.LeftLayout.RowStride), block.LeftLayout, rows + ((nint)i * block.K), block.K, Math.Min(TTile.Rows, block.M - i));
        }

        var packed = new MatrixLayout(1, TTile.Rows);
        for (var first = 0; first < block.N; first += TTile.Columns)
        {
            var width = Math.Min(TTile.Columns, block.N - first);
            var panel = panels + ((nint)first * block.K);
            var bias = block.Bias == null ? null : block.Bias + first;
            for (var i = 0; i < block.M; i += TTile.Rows)
            {
                var height = Math.Min(TTile.Rows, block.M - i);
                var reads = isInOrder && height == TTile.Rows;
                var left = reads ? block.Left + (i * block.LeftLayout.RowStride) : rows + ((nint)i * block.K);
                var layout = reads ? block.LeftLayout : packed;
                var to = block.Result + (i * block.Stride) + first;
                if (height == TTile.Rows && width == TTile.Columns)
                {
                    TTile.Run(left, layout, panel, bias, to, block.Stride, block.K, block.Accumulates);
                }
                else
                {
                    TTile.Run(left, layout, panel, bias, edge, TTile.Columns, block.K, accumulate: false);
                    StoreEdge(edge, TTile.Columns, to, (int)block.Stride, height, width, block.Accumulates);
                }
            }
        }
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

    private readonly record struct SharedProduct(GemmProduct Product, bool IsByColumns, int Parts);

    private static class Parts<TTile>
        where TTile : struct, IGemmTile
    {
        internal static readonly WorkPart Work = Run;

        private static void Run(void* state, int part)
        {
            var (product, isByColumns, parts) = *(SharedProduct*)state;
            var tile = isByColumns ? TTile.Columns : TTile.Rows;
            var size = isByColumns ? product.N : product.M;
            var tiles = (size + tile - 1) / tile;
            var first = (int)((long)tiles * part / parts) * tile;
            var last = Math.Min((int)((long)tiles * (part + 1) / parts) * tile, size);
            Tiles<TTile>(isByColumns
                ? product with
                {
                    Right = product.Right + (first * product.RightLayout.ColumnStride),
                    Result = product.Result + first,
                    Bias = product.Bias == null ? null : product.Bias + first,
                    N = last - first,
                }
                : product with
                {
                    Left = product.Left + (first * product.LeftLayout.RowStride),
                    Result = product.Result + (first * product.Stride),
                    M = last - first,
                });
        }
    }
}
