using System.Diagnostics;
using MemoryRL.Core;
using MemoryRL.Datasets;

namespace MemoryRL.Benchmarks.Load;

/// <summary>Writes a D4RL file of a million Hopper-shaped steps and reads it, one thread: unpacked, cut into episodes, every number checked, ids made.</summary>
internal static class DatasetLoad
{
    private const int EpisodeLength = 1_000;
    private const int Episodes = 1_000;

    /// <summary>Measures steps a second.</summary>
    /// <param name="rounds">The number of rounds.</param>
    /// <returns>A row for writing and one for reading.</returns>
    public static IEnumerable<Measurement> Measure(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("memoryrl-load-");
        try
        {
            var path = Path.Combine(folder.FullName, "hopper.hdf5");
            var episodes = Enumerable.Range(0, 64).Select(i => HopperShaped.Episode(i, EpisodeLength)).ToArray();
            var (written, read) = (new List<double>(), new List<double>());
            for (var round = 0; round <= rounds; round++)
            {
                var (writing, reading) = (Rate(() => Write(path, episodes)), Rate(() => Read(path)));

                // The first round compiles.
                if (round > 0)
                {
                    written.Add(writing);
                    read.Add(reading);
                }
            }

            return
            [
                new Measurement("write a D4RL file of 1 M Hopper-shaped steps (next observations too, zlib 4), one thread", "M steps/s", written, 0.2, 0.5),
                new Measurement("read it: unpacked, cut into checked episodes, one thread", "M steps/s", read, 1, 1.5),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Rate(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return (double)Episodes * EpisodeLength / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6;
    }

    private static void Write(string path, Episode[] episodes)
    {
        using var writer = D4rlFile.Create(path, HopperShaped.Spec);
        for (var i = 0; i < Episodes; i++)
        {
            writer.Append(episodes[i % episodes.Length]);
        }

        writer.Complete();
    }

    private static void Read(string path)
    {
        using var reader = D4rlFile.Open(path);
        var steps = reader.ReadEpisodes().Sum(static episode => episode.Length);
        if (steps != Episodes * EpisodeLength)
        {
            throw new InvalidOperationException($"Expected {Episodes * EpisodeLength} steps but got {steps}.");
        }
    }
}
