using System.Diagnostics;
using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Benchmarks.Load;

/// <summary>Steps of 64 environments of every task in a vector over one and two threads, by uniformly random actions, resets among them. A plain loop is <c>memoryrl bench environments</c>'s.</summary>
internal static class EnvironmentLoad
{
    private const int VectorCount = 64;

    // Drawn beforehand, so that the draw is not what is measured.
    private const int DrawnActions = 1024;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(0.5);

    /// <summary>Measures every task that this machine can make, and prints a table of millions of steps a second.</summary>
    /// <param name="rounds">The number of rounds, of which the median counts.</param>
    /// <param name="output">Where to print.</param>
    public static void Print(int rounds, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"| task | {VectorCount} over 1 thread, M steps/s | {VectorCount} over 2 threads |");
        output.WriteLine("|---|---|---|");
        foreach (var name in EnvironmentRegistry.Names)
        {
            var entry = EnvironmentRegistry.Find(name);
            if (entry.UnavailableReason is { } reason)
            {
                output.WriteLine($"| {name} | {reason} | |");
                continue;
            }

            var (one, two) = (new double[rounds], new double[rounds]);
            for (var round = 0; round < rounds; round++)
            {
                one[round] = MeasureVector(entry, 1);
                two[round] = MeasureVector(entry, 2);
            }

            output.WriteLine($"| {name} | {Median(one):0.000} | {Median(two):0.000} |");
        }
    }

    private static double MeasureVector(EnvironmentEntry entry, int threads)
    {
        using var vector = new VectorEnvironment(_ => entry.Create(), VectorCount, threads);
        var actions = DrawActions(entry.Spec.Experience.Action, DrawnActions);
        var bytes = VectorCount * (actions.Length / DrawnActions);
        vector.Reset();
        return Measure(DrawnActions, () =>
        {
            for (var start = 0; start < actions.Length; start += bytes)
            {
                vector.Step(actions.AsSpan(start, bytes));
            }
        });
    }

    // Millions of steps a second, after a tenth of the time to warm up.
    private static double Measure(int steps, Action work)
    {
        Repeat(work, Duration / 10);
        var (repeats, elapsed) = Repeat(work, Duration);
        return repeats * steps / elapsed.TotalSeconds / 1e6;
    }

    private static (long Repeats, TimeSpan Elapsed) Repeat(Action work, TimeSpan duration)
    {
        var (repeats, start) = (0L, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            work();
            repeats++;
        }

        return (repeats, Stopwatch.GetElapsedTime(start));
    }

    private static byte[] DrawActions(Space space, int count)
    {
        var random = new RandomStream(1);
        var actions = new byte[count * space.ByteCount];
        if (space is DiscreteSpace discrete)
        {
            foreach (ref var choice in MemoryMarshal.Cast<byte, int>(actions.AsSpan()))
            {
                choice = random.NextInt32(discrete.Count);
            }

            return actions;
        }

        var box = (BoxSpace)space;
        var numbers = MemoryMarshal.Cast<byte, float>(actions.AsSpan());
        for (var i = 0; i < numbers.Length; i++)
        {
            var element = i % box.ElementCount;
            numbers[i] = box.LowAt(element) + ((box.HighAt(element) - box.LowAt(element)) * random.NextSingle());
        }

        return actions;
    }

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
