using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchSharp;

/// <summary>Drops numbers by chance and scales the rest: y = x keep / (1 - p).</summary>
/// <remarks>
/// Whether an element stays is a hash of its place under a seed (the finaliser of Prospecting for Hash Functions, Wellons 2018, "lowbias32"),
/// so that backward draws the same again instead of keeping a mask, and any number of threads draws the same.
/// </remarks>
internal static unsafe class DropoutKernel
{
    private const int LeastElements = 16 * 1024;

    /// <summary>The result may be x itself.</summary>
    internal static void Run(ReadOnlySpan<float> x, Span<float> y, uint seed, double p, int first = 0)
    {
        fixed (float* px = x, py = y)
        {
            Slices.Run(y.Length, LeastElements, new Masking(px, py, seed, Threshold(p), Scale(p), first));
        }
    }

    internal static void Run(ReadOnlySpan<double> x, Span<double> y, uint seed, double p)
    {
        var threshold = Threshold(p);
        var scale = p >= 1 ? 0 : 1 / (1 - p);
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = Hash(Vector256.Create((uint)i), seed).ToScalar() >> 1 >= threshold ? x[i] * scale : 0;
        }
    }

    /// <summary>Of the 2^31 numbers that a hash may give, those below it are dropped.</summary>
    private static uint Threshold(double p) => (uint)Math.Round(p * (1u << 31));

    private static float Scale(double p) => p >= 1 ? 0 : (float)(1 / (1 - p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Hash(Vector256<uint> place, uint seed)
    {
        var hash = (place * 0x9E3779B9u) ^ Vector256.Create(seed);
        hash ^= Vector256.ShiftRightLogical(hash, 16);
        hash *= 0x21f0aaadu;
        hash ^= Vector256.ShiftRightLogical(hash, 15);
        hash *= 0xd35a2d97u;
        return hash ^ Vector256.ShiftRightLogical(hash, 15);
    }

    private readonly struct Masking(float* x, float* y, uint seed, uint threshold, float scale, int first) : ISliceWork
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int from, int to)
        {
            var places = Vector256.Create((uint)(first + from)) + Vector256.Create(0u, 1, 2, 3, 4, 5, 6, 7);
            var i = from;
            for (; i <= to - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                (Vector256.Load(x + i) * Factors(places)).Store(y + i);
                places += Vector256.Create(8u);
            }

            var rest = Factors(places);
            for (var j = 0; i < to; i++, j++)
            {
                y[i] = x[i] * rest[j];
            }
        }

        /// <summary>1 / (1 - p) where an element stays and 0 where it goes.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector256<float> Factors(Vector256<uint> places)
        {
            // One bit less, so that signed comparison, which processors have, is the unsigned one.
            var chance = Vector256.ShiftRightLogical(Hash(places, seed), 1).AsInt32();
            return Vector256.AndNot(Vector256.Create(scale), Vector256.LessThan(chance, Vector256.Create((int)threshold)).AsSingle());
        }
    }
}
