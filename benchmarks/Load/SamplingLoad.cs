using System.Diagnostics;
using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Benchmarks.Load;

/// <summary>Samples 256 transitions uniformly from a full arena, as a learner does for each update.</summary>
internal static class SamplingLoad
{
    private const int BatchSize = 256;
    private const int EpisodeLength = 1_000;
    private const int Batches = 20_000;

    /// <summary>Measures one size of the arena.</summary>
    /// <param name="steps">The number of steps held.</param>
    /// <param name="rounds">The number of rounds.</param>
    /// <param name="atLeast">What is asked for at least, in microseconds.</param>
    /// <param name="aim">What is aimed at, in microseconds.</param>
    /// <returns>The row.</returns>
    public static Measurement Measure(int steps, int rounds, double atLeast, double aim)
    {
        var spec = HopperShaped.Spec;
        var arena = new StepArena(spec, steps);
        for (var i = 0; i < steps / EpisodeLength; i++)
        {
            _ = arena.Append(new AgentEpisode(HopperShaped.Episode(i, EpisodeLength), "agent"));
        }

        var random = new RandomStream(7);
        var batch = new TransitionBatch(spec, BatchSize);
        var sum = 0.0;
        var times = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Batches; i++)
            {
                arena.SampleTransitions(ref random, batch);
                sum += MemoryMarshal.Cast<byte, float>(batch.Observations)[0];
            }

            if (round > 0)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / Batches);
            }
        }

        return double.IsFinite(sum)
            ? new Measurement($"uniform sample of {BatchSize} transitions from {steps / 1_000_000} M steps", "us", times, atLeast, aim, LowerIsBetter: true)
            : throw new InvalidOperationException("Expected finite observations in the batches.");
    }
}
