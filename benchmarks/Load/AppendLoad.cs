using System.Diagnostics;
using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Benchmarks.Load;

/// <summary>Appends episodes of 1,000 steps through the shard grains of a full memory: checked at the grain's door, stored, the oldest evicted.</summary>
internal static class AppendLoad
{
    private const int EpisodeLength = 1_000;
    private const int Shards = 2;
    private const int CapacitySteps = 400_000;
    private const int EpisodesPerCall = 4;
    private const int CallsPerRound = 2_000;

    /// <summary>Measures steps a second with one caller a shard.</summary>
    /// <param name="grains">Where the grains are.</param>
    /// <param name="rounds">The number of rounds.</param>
    /// <returns>The row.</returns>
    public static async Task<Measurement> MeasureAsync(IGrainFactory grains, int rounds)
    {
        const string Name = "append-load";
        var spec = new MemorySpec(HopperShaped.Spec) { CapacitySteps = CapacitySteps, ShardCount = Shards };
        _ = await grains.GetMemory(Name).CreateAsync(spec.ToJson());
        var episodes = Enumerable.Range(0, 64).Select(i => HopperShaped.Episode(i, EpisodeLength)).ToArray();
        var rates = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var number = round;
            var start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Shards).Select(shard => Task.Run(() => AppendAsync(grains.GetMemoryShard(new MemoryShardKey(Name, shard)), episodes, number))));
            var elapsed = Stopwatch.GetElapsedTime(start);

            // The first round fills the memory and touches its pages.
            if (round > 0)
            {
                rates.Add(Shards * (double)CallsPerRound * EpisodesPerCall * EpisodeLength / elapsed.TotalSeconds / 1e6);
            }
        }

        return new Measurement("append 1,000-step episodes (obs 11, act 3, float32), finite check included, through the grain", "M steps/s", rates, 15, 30);
    }

    private static async Task AppendAsync(IMemoryShardGrain shard, Episode[] episodes, int round)
    {
        for (var call = 0; call < CallsPerRound; call++)
        {
            var first = call;
            var request = new AppendRequest([.. Enumerable.Range(0, EpisodesPerCall).Select(i => Message(episodes[((first * EpisodesPerCall) + i) % episodes.Length], round, first, i))], TimeSpan.Zero);
            var result = await shard.AppendAsync(request);
            if (result.Stored != EpisodesPerCall)
            {
                throw new InvalidOperationException($"Expected {EpisodesPerCall} episodes to be stored but {result.Stored} were.");
            }
        }
    }

    // The same columns under an id of its own, as if another agent had lived them.
    private static EpisodeMessage Message(Episode episode, int round, int call, int index)
    {
        Span<int> id = [round + 1, call, index, 1];
        return new EpisodeMessage(new Guid(MemoryMarshal.AsBytes(id)), "agent", Terminated: false, Outcome: 0, new Columns(ColumnsKind.Episode, episode.Spec.Fingerprint, episode.Length, episode.Data));
    }
}
