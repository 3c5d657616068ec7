using System.Numerics;
using System.Runtime.CompilerServices;

namespace MemoryRL.Core;

/// <summary>
/// A small, seeded, copyable random generator whose whole state is four numbers: one a agent, environment or sampler, so that results do not
/// depend on how many threads share the work, and a checkpoint can keep it.
/// </summary>
/// <remarks>
/// xoshiro256** of Blackman and Vigna, seeded by SplitMix64 (https://prng.di.unimi.it/). It is a mutable value: pass it by reference.
/// Not for secrets.
/// </remarks>
public struct RandomStream : IEquatable<RandomStream>
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Initializes a stream from a seed and the number of the stream: different numbers give independent streams.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="stream">Which stream of that seed.</param>
    public RandomStream(ulong seed, ulong stream = 0)
    {
        var mix = seed ^ (stream * 0xD1342543DE82EF95UL + 0x2545F4914F6CDD1DUL);
        _s0 = SplitMix64(ref mix);
        _s1 = SplitMix64(ref mix);
        _s2 = SplitMix64(ref mix);
        _s3 = SplitMix64(ref mix);
    }

    /// <summary>Gets or sets the whole state: four numbers, not all zero.</summary>
    /// <exception cref="ArgumentException">All four numbers are zero.</exception>
    public (ulong S0, ulong S1, ulong S2, ulong S3) State
    {
        readonly get => (_s0, _s1, _s2, _s3);
        set
        {
            if ((value.S0 | value.S1 | value.S2 | value.S3) == 0)
            {
                throw new ArgumentException("Expected a state that is not all zero.", nameof(value));
            }

            (_s0, _s1, _s2, _s3) = value;
        }
    }

    /// <summary>Draws 64 random bits.</summary>
    /// <returns>A uniform 64-bit number.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Draws a whole number below a bound, without bias.</summary>
    /// <param name="bound">The exclusive upper bound, at least 1.</param>
    /// <returns>A uniform number in [0, <paramref name="bound"/>).</returns>
    /// <remarks>Lemire 2019, "Fast random integer generation in an interval".</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var range = (uint)bound;
        var product = (ulong)(uint)(NextUInt64() >> 32) * range;
        if ((uint)product < range)
        {
            var threshold = (0u - range) % range;
            while ((uint)product < threshold)
            {
                product = (ulong)(uint)(NextUInt64() >> 32) * range;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>Draws a whole number below a 64-bit bound, without bias.</summary>
    /// <param name="bound">The exclusive upper bound, at least 1.</param>
    /// <returns>A uniform number in [0, <paramref name="bound"/>).</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long NextInt64(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var range = (ulong)bound;
        var high = Math.BigMul(NextUInt64(), range, out var low);
        if (low < range)
        {
            var threshold = (0UL - range) % range;
            while (low < threshold)
            {
                high = Math.BigMul(NextUInt64(), range, out low);
            }
        }

        return (long)high;
    }

    /// <summary>Draws a number in [0, 1) with 24 random bits.</summary>
    /// <returns>A uniform float.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float NextSingle() => (NextUInt64() >> 40) * (1.0f / (1 << 24));

    /// <summary>Draws a number in [0, 1) with 53 random bits.</summary>
    /// <returns>A uniform double.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Draws from the standard normal distribution.</summary>
    /// <returns>A normal number with mean 0 and deviation 1.</returns>
    /// <remarks>Box and Muller 1958; the second number of each pair is not kept, so that the state stays four numbers.</remarks>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2.0 * Math.Log(1.0 - NextDouble()));
        return radius * Math.Cos(2.0 * Math.PI * NextDouble());
    }

    /// <inheritdoc/>
    public readonly bool Equals(RandomStream other) => State == other.State;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is RandomStream other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => State.GetHashCode();

    /// <summary>Compares two states.</summary>
    /// <param name="left">One stream.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they will draw the same numbers.</returns>
    public static bool operator ==(RandomStream left, RandomStream right) => left.Equals(right);

    /// <summary>Compares two states.</summary>
    /// <param name="left">One stream.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they will draw different numbers.</returns>
    public static bool operator !=(RandomStream left, RandomStream right) => !left.Equals(right);

    private static ulong SplitMix64(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
