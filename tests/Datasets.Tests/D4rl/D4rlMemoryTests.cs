using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Datasets.Tests;

/// <summary>How much memory a long file takes; alone, since what other tests hold would count too.</summary>
[Collection(nameof(D4rlMemoryTests))]
[CollectionDefinition(nameof(D4rlMemoryTests), DisableParallelization = true)]
public sealed class D4rlMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Hdf5Fact]
    public void A_long_file_is_read_and_written_in_bounded_memory()
    {
        var spec = new ExperienceSpec(new BoxSpace(64), new BoxSpace(8, -1, 1));
        var episode = SampleEpisodes.Random(spec, [1000], seed: 2)[0];
        const int Count = 400;
        var path = _folder["long.hdf5"];
        using (var writer = D4rlFile.Create(path, spec, new D4rlWriterOptions { CompressionLevel = 1, IncludeNextObservations = false }))
        {
            for (var i = 0; i < Count; i++)
            {
                writer.Append(episode);
            }

            writer.Complete();
        }

        using var reader = D4rlFile.Open(path);
        var (steps, highest) = (0L, 0L);
        foreach (var read in reader.ReadEpisodes())
        {
            steps += read.Length;
            highest = steps % 50_000 == 0 ? Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true)) : highest;
        }

        // The data are 120 MB.
        Assert.Equal(Count * 1000, steps);
        Assert.True(highest < 40_000_000, highest.ToString(CultureInfo.InvariantCulture));
    }
}
