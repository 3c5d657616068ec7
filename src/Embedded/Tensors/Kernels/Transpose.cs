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
            for (; lane + 4 <= lanes; lane += 4)
            {
                FourLanes(from + (lane * laneStride), laneStride, packed + lane, packedWidth, depth);
            }
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
