using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp;

/// <summary>Packs <c>lanes</c> strided vectors of <c>depth</c> elements side by side: packed[d, lane].</summary>
internal static unsafe class Transpose
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Pack(float* from, nint laneStride, nint depthStride, float* packed, int packedWidth, int lanes, int depth)
    {
        var lane = 0;
        if (depthStride == 1)
        {
            if (Avx.IsSupported)
            {
                for (; lane + 8 <= lanes; lane += 8)
                {
                    EightLanes(from + (lane * laneStride), laneStride, packed + lane, packedWidth, depth);
                }
            }

            for (; lane + 4 <= lanes; lane += 4)
            {
                FourLanes(from + (lane * laneStride), laneStride, packed + lane, packedWidth, depth);
            }
        }

        if (laneStride == 1 && lane == 0 && lanes is >= 4 and <= 8)
        {
            // Two loads that overlap: a tile's rows, 6 or 8, without a loop of their own.
            var rest = lanes - 4;
            for (var d = 0; d < depth; d++, from += depthStride, packed += packedWidth)
            {
                var head = Vector128.Load(from);
                var tail = Vector128.Load(from + rest);
                head.Store(packed);
                tail.Store(packed + rest);
            }

            return;
        }

        if (laneStride == 1)
        {
            for (var d = 0; d < depth; d++)
            {
                new ReadOnlySpan<float>(from + lane + (d * depthStride), lanes - lane).CopyTo(new Span<float>(packed + lane + (d * packedWidth), lanes - lane));
            }

            return;
        }

        for (; lane < lanes; lane++)
        {
            var source = from + (lane * laneStride);
            var target = packed + lane;
            for (var d = 0; d < depth; d++)
            {
                *target = *source;
                source += depthStride;
                target += packedWidth;
            }
        }
    }

    /// <summary>8 x 8 transposes in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightLanes(float* from, nint stride, float* packed, nint width, int depth)
    {
        var d = 0;
        for (; d + 8 <= depth; d += 8, packed += 8 * width)
        {
            var upper = from + d;
            var lower = upper + (4 * stride);
            var (a, b) = (Vector256.Load(upper), Vector256.Load(upper + stride));
            var (c, e) = (Vector256.Load(upper + (2 * stride)), Vector256.Load(upper + (3 * stride)));
            var (f, g) = (Vector256.Load(lower), Vector256.Load(lower + stride));
            var (h, i) = (Vector256.Load(lower + (2 * stride)), Vector256.Load(lower + (3 * stride)));

            // Pairs of lanes, then fours, within each half; then the halves change places.
            var (ab0, ab1) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
            var (ce0, ce1) = (Avx.UnpackLow(c, e), Avx.UnpackHigh(c, e));
            var (fg0, fg1) = (Avx.UnpackLow(f, g), Avx.UnpackHigh(f, g));
            var (hi0, hi1) = (Avx.UnpackLow(h, i), Avx.UnpackHigh(h, i));
            var (u0, u1) = (Avx.Shuffle(ab0, ce0, 0x44), Avx.Shuffle(ab0, ce0, 0xEE));
            var (u2, u3) = (Avx.Shuffle(ab1, ce1, 0x44), Avx.Shuffle(ab1, ce1, 0xEE));
            var (l0, l1) = (Avx.Shuffle(fg0, hi0, 0x44), Avx.Shuffle(fg0, hi0, 0xEE));
            var (l2, l3) = (Avx.Shuffle(fg1, hi1, 0x44), Avx.Shuffle(fg1, hi1, 0xEE));
            Avx.Permute2x128(u0, l0, 0x20).Store(packed);
            Avx.Permute2x128(u1, l1, 0x20).Store(packed + width);
            Avx.Permute2x128(u2, l2, 0x20).Store(packed + (2 * width));
            Avx.Permute2x128(u3, l3, 0x20).Store(packed + (3 * width));
            Avx.Permute2x128(u0, l0, 0x31).Store(packed + (4 * width));
            Avx.Permute2x128(u1, l1, 0x31).Store(packed + (5 * width));
            Avx.Permute2x128(u2, l2, 0x31).Store(packed + (6 * width));
            Avx.Permute2x128(u3, l3, 0x31).Store(packed + (7 * width));
        }

        for (; d < depth; d++, packed += width)
        {
            for (var lane = 0; lane < 8; lane++)
            {
                packed[lane] = from[d + (lane * stride)];
            }
        }
    }

    /// <summary>4 x 4 transposes in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourLanes(float* from, nint stride, float* packed, int width, int depth)
    {
        var d = 0;
        for (; d + 4 <= depth; d += 4)
        {
            var a = Vector128.Load(from + d);
            var b = Vector128.Load(from + d + stride);
            var c = Vector128.Load(from + d + (2 * stride));
            var e = Vector128.Load(from + d + (3 * stride));
            var low01 = Interleave(a, b, high: false);
            var high01 = Interleave(a, b, high: true);
            var low23 = Interleave(c, e, high: false);
            var high23 = Interleave(c, e, high: true);
            Vector128.Create(low01.GetLower(), low23.GetLower()).Store(packed + (d * width));
            Vector128.Create(low01.GetUpper(), low23.GetUpper()).Store(packed + ((d + 1) * width));
            Vector128.Create(high01.GetLower(), high23.GetLower()).Store(packed + ((d + 2) * width));
            Vector128.Create(high01.GetUpper(), high23.GetUpper()).Store(packed + ((d + 3) * width));
        }

        for (; d < depth; d++)
        {
            for (var lane = 0; lane < 4; lane++)
            {
                packed[(d * width) + lane] = from[d + (lane * stride)];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Interleave(Vector128<float> left, Vector128<float> right, bool high)
    {
        if (Sse.IsSupported)
        {
            return high ? Sse.UnpackHigh(left, right) : Sse.UnpackLow(left, right);
        }

        var first = high ? 2 : 0;
        return Vector128.Create(left[first], right[first], left[first + 1], right[first + 1]);
    }
}
