using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MemoryRL.Core;

/// <summary>Finds the first number outside a range, at the speed of memory where there is none.</summary>
/// <remarks>
/// A number is finite when it lies in [-max, max]: comparisons with NaN are false and infinities lie outside, so one range check finds both
/// faults.
/// </remarks>
internal static class RangeScan
{
    private const int Lanes = 8;

    /// <summary>Finds the first number outside a closed range; NaN lies outside every range.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    /// <returns>Its index, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int IndexOutside(ReadOnlySpan<float> values, float low, float high)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var (lows, highs) = (Vector256.Create(low), Vector256.Create(high));
        nuint i = 0;
        var end = (nuint)values.Length;
        for (; i + (4 * Lanes) <= end; i += 4 * Lanes)
        {
            var inside = Inside(ref first, i) & Inside(ref first, i + Lanes) & Inside(ref first, i + (2 * Lanes)) & Inside(ref first, i + (3 * Lanes));
            if (!Vector256.EqualsAll(inside.AsInt32(), Vector256<int>.AllBitsSet))
            {
                break;
            }
        }

        for (; i < end; i++)
        {
            var value = Unsafe.Add(ref first, i);
            if (!(value >= low && value <= high))
            {
                return (int)i;
            }
        }

        return -1;

        Vector256<float> Inside(ref float values, nuint index)
        {
            var block = Vector256.LoadUnsafe(ref values, index);
            return Vector256.GreaterThanOrEqual(block, lows) & Vector256.LessThanOrEqual(block, highs);
        }
    }

    /// <summary>Finds the first number outside the range of its place in a repeating pattern.</summary>
    /// <param name="values">The numbers, a whole number of periods.</param>
    /// <param name="lows">The lower bounds of one period, each repeated eight times over: period after period.</param>
    /// <param name="highs">The upper bounds, likewise.</param>
    /// <returns>Its index, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int IndexOutside(ReadOnlySpan<float> values, ReadOnlySpan<float> lows, ReadOnlySpan<float> highs)
    {
        var phase = 0;
        var i = 0;
        for (; i + Lanes <= values.Length; i += Lanes)
        {
            var block = Vector256.Create(values.Slice(i, Lanes));
            var inside = Vector256.GreaterThanOrEqual(block, Vector256.Create(lows.Slice(phase, Lanes))) & Vector256.LessThanOrEqual(block, Vector256.Create(highs.Slice(phase, Lanes)));
            if (!Vector256.EqualsAll(inside.AsInt32(), Vector256<int>.AllBitsSet))
            {
                break;
            }

            phase += Lanes;
            phase = phase == lows.Length ? 0 : phase;
        }

        for (; i < values.Length; i++)
        {
            var place = i % lows.Length;
            if (!(values[i] >= lows[place] && values[i] <= highs[place]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Finds the first double that is not finite.</summary>
    /// <param name="values">The numbers.</param>
    /// <returns>Its index, or -1.</returns>
    public static int IndexNotFinite(ReadOnlySpan<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Finds the first whole number that is negative or not below a bound.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="bound">The exclusive upper bound, at least 1.</param>
    /// <returns>Its index, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int IndexNotBelow(ReadOnlySpan<int> values, int bound)
    {
        var i = 0;
        for (; i + Lanes <= values.Length; i += Lanes)
        {
            var block = Vector256.Create(values.Slice(i, Lanes));
            if (!Vector256.GreaterThanOrEqualAll(block, Vector256<int>.Zero) || !Vector256.LessThanAll(block, Vector256.Create(bound)))
            {
                break;
            }
        }

        for (; i < values.Length; i++)
        {
            if ((uint)values[i] >= (uint)bound)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Finds the first negative number.</summary>
    /// <param name="values">The numbers.</param>
    /// <returns>Its index, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int IndexNegative(ReadOnlySpan<long> values)
    {
        const int Wide = 4;
        var signs = Vector256<long>.Zero;
        var i = 0;
        for (; i + (2 * Wide) <= values.Length; i += 2 * Wide)
        {
            signs |= Vector256.Create(values.Slice(i, Wide)) | Vector256.Create(values.Slice(i + Wide, Wide));
        }

        var tail = 0L;
        for (; i < values.Length; i++)
        {
            tail |= values[i];
        }

        if (signs.ExtractMostSignificantBits() == 0 && tail >= 0)
        {
            return -1;
        }

        i = 0;
        while (values[i] >= 0)
        {
            i++;
        }

        return i;
    }

    /// <summary>Repeats the bounds of one value until they fill whole vectors.</summary>
    /// <param name="bounds">The bounds of one period.</param>
    /// <param name="limit">What an infinite bound becomes, so that only finite numbers lie inside.</param>
    /// <returns>The bounds of as many periods as there are lanes in a vector.</returns>
    public static float[] Repeat(ReadOnlySpan<float> bounds, float limit)
    {
        var repeated = new float[bounds.Length * Lanes];
        for (var i = 0; i < repeated.Length; i++)
        {
            var bound = bounds[i % bounds.Length];
            repeated[i] = float.IsInfinity(bound) && float.IsNegative(bound) == float.IsNegative(limit) ? limit : bound;
        }

        return repeated;
    }
}
