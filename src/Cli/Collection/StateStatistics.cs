using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Cli;

/// <summary>The mean and deviation of each number of an observation, gathered step by step.</summary>
/// <param name="width">How many numbers an observation has.</param>
internal sealed class StateStatistics(int width)
{
    private readonly double[] _means = new double[width];
    private readonly double[] _squares = new double[width];

    /// <summary>Gets the number of observations.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the means, <c>[width]</c>.</summary>
    public IReadOnlyList<double> Means => _means;

    /// <summary>Gets the standard deviations over all observations, <c>[width]</c>.</summary>
    public IReadOnlyList<double> Deviations => [.. _squares.Select(square => Math.Sqrt(square / Math.Max(1, Count)))];

    /// <summary>Adds the observations that an episode's steps answered to; the one after the last step is none, as in D4RL's files.</summary>
    /// <param name="episode">An episode of float32 observations.</param>
    /// <remarks>Welford 1962, which loses no digits where the deviation is small beside the mean.</remarks>
    public void Add(Episode episode)
    {
        var values = MemoryMarshal.Cast<byte, float>(episode.Observations)[..(episode.Length * width)];
        for (var step = 0; step < values.Length; step += width)
        {
            Count++;
            for (var i = 0; i < width; i++)
            {
                var distance = values[step + i] - _means[i];
                _means[i] += distance / Count;
                _squares[i] += distance * (values[step + i] - _means[i]);
            }
        }
    }
}
