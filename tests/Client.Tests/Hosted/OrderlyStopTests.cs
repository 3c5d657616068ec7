using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client.Tests;

/// <summary>What an acknowledgement is worth when the host stops while agents write.</summary>
public sealed class OrderlyStopTests : IDisposable
{
    private const int Writers = 8;
    private const int Shards = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("memoryrl-stop-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_episode_acknowledged_before_an_orderly_stop_is_there_after_it()
    {
        var host = new GrainHost(_folder);
        await host.InitializeAsync();
        var spec = new MemorySpec(Samples.Spec) { ShardCount = Shards, CapacitySteps = 500_000, Durability = Durability.Snapshot, SnapshotPeriod = TimeSpan.FromHours(1) };
        var memory = await new MemoryClient(host.Grains).CreateMemoryAsync("stop", spec);
        var options = new EpisodeWriterOptions { BatchEpisodes = 2, CreditEpisodes = 16, LedgerCapacity = 1_000_000, AppendDeadline = TimeSpan.FromSeconds(1), MaxCallWait = TimeSpan.FromSeconds(1) };
        var writers = Enumerable.Range(0, Writers).Select(_ => new EpisodeWriter(memory, options)).ToList();
        var writing = writers.Select((writer, number) => Task.Run(() => WriteUntilItFailsAsync(writer, number))).ToList();
        Assert.True(SpinWait.SpinUntil(() => writers.All(writer => writer.Statistics.AcknowledgedEpisodes > 20), Samples.Patience));
        await host.DisposeAsync();
        var written = await Task.WhenAll(writing).WaitAsync(Samples.Patience);
        var acknowledged = writers.SelectMany(writer => writer.AcknowledgedIds).ToList();

        // The stop came between: not everything that was written was acknowledged.
        Assert.InRange(acknowledged.Count, Writers * 20, written.Sum() - 1);

        var restarted = new GrainHost(_folder);
        await restarted.InitializeAsync();
        var held = new List<Guid>();
        for (var shard = 0; shard < Shards; shard++)
        {
            var read = await restarted.Grains.GetMemoryShard(new MemoryShardKey("stop", shard)).ReadAsync(new ReadRequest(0, 0, int.MaxValue, TimeSpan.Zero));
            held.AddRange(read.Episodes.Select(episode => episode.EpisodeId));
        }

        await restarted.DisposeAsync();
        Assert.Equal(held.Count, held.Distinct().Count());
        Assert.Empty(acknowledged.Except(held));
        foreach (var writer in writers)
        {
            await writer.DisposeAsync();
        }
    }

    private static async Task<int> WriteUntilItFailsAsync(EpisodeWriter writer, int number)
    {
        for (var episode = 0; ; episode++)
        {
            try
            {
                await writer.WriteAsync($"agent-{number}", Samples.Episode(5, (number * 1_000_000) + episode));
            }
            catch (EpisodeWriteException)
            {
                return episode;
            }
        }
    }
}
