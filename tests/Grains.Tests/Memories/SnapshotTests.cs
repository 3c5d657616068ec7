using System.Diagnostics.Metrics;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

public sealed class SnapshotTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_orderly_stop_loses_no_acknowledged_episode_of_a_snapshot_memory()
    {
        const string Name = "stops";
        var acknowledged = new HashSet<Guid>();
        await using (var host = await StartAsync())
        {
            await CreateAsync(host, Name);
            await Task.WhenAll(Enumerable.Range(0, 20).Select(async agent =>
            {
                for (var number = 1; number <= 10; number++)
                {
                    var episode = TestEpisodes.Make(TestEpisodes.Id(agent, number), lastReward: number);
                    Assert.Equal(1, (await host.GetAgent(Name, $"{agent}").AppendAsync(TestEpisodes.Append(TestEpisodes.Message(episode, $"{agent}")))).Stored);
                    lock (acknowledged)
                    {
                        _ = acknowledged.Add(episode.Id);
                    }
                }
            }));
        }

        await using var next = await StartAsync();
        await CreateAsync(next, Name);
        var held = new List<EpisodeMessage>();
        for (var shard = 0; shard < 2; shard++)
        {
            held.AddRange(await next.GetShard(Name, shard).ReadAllAsync());
        }

        Assert.Equal(acknowledged, held.Select(episode => TestEpisodes.Read(episode).Id).ToHashSet());
        Assert.Equal(200, held.Count);
        Assert.Equal(200, (await next.GetStore(Name, EpisodeOutcome.Success).GetStatisticsAsync()).Episodes);
        Assert.Equal([.. Enumerable.Range(1, 10)], (await next.GetAgent(Name, "7").GetRecentAsync(10)).Select(episode => (int)(TestEpisodes.Mark(episode.EpisodeId) - 7_000)));

        // What is held is known: a retry of before the stop doubles nothing.
        var again = TestEpisodes.Make(TestEpisodes.Id(7, 10), lastReward: 10);
        Assert.Equal(new AppendResult(0, 1, null), await next.GetAgent(Name, "7").AppendAsync(TestEpisodes.Append(TestEpisodes.Message(again, "7"))));
    }

    [Fact]
    public async Task Statistics_cursors_and_the_limiter_go_on_after_a_stop()
    {
        const string Name = "goes on";
        MemoryStatistics before;
        long cursor;
        await using (var host = await StartAsync())
        {
            await CreateAsync(host, Name, spec => spec with { ShardCount = 1, CapacitySteps = 20, MaxUnreadSteps = 15 });
            for (var number = 1; number <= 6; number++)
            {
                _ = await host.GetShard(Name).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(number)));
                _ = await host.GetShard(Name).ReadAsync(new ReadRequest(Math.Max(0, number - 2), 0, 1, TimeSpan.Zero));
            }

            cursor = 4;
            before = await host.GetShard(Name).GetStatisticsAsync();
            Assert.Equal(2, before.EvictedEpisodes);
        }

        await using var next = await StartAsync();
        Assert.Equal(before, await next.GetShard(Name).GetStatisticsAsync());
        Assert.Equal(1, (await next.GetShard(Name).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(7)))).Stored);
        Assert.Equal("appending waits: 15 of at most 15 steps are unread", (await next.GetShard(Name).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(8)))).WaitReason);
        var read = await next.GetShard(Name).ReadAsync(new ReadRequest(cursor, 1, 100, TimeSpan.Zero));
        Assert.Equal([5, 6, 7], read.Episodes.Select(episode => (int)TestEpisodes.Mark(episode.EpisodeId)));
        Assert.Equal(7, read.NextCursor);
    }

    [Fact]
    public async Task A_snapshot_asked_for_is_on_disk_when_it_is_answered()
    {
        await using var host = await StartAsync();
        await CreateAsync(host, "now");
        _ = await host.GetShard("now").AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1)));
        await host.Grains.GetMemory("now").SnapshotAsync();
        var file = Assert.Single(Directory.GetFiles(_folder.Path, "now%2F0.shard.safetensors", SearchOption.AllDirectories));
        var content = SafetensorsDocument.Parse(await File.ReadAllBytesAsync(file), file);
        Assert.Equal(5, content["arena.rewards"].Shape[0]);
        Assert.Equal("memoryrl.shard/1", content.Metadata["memoryrl.schema"]);
    }

    [Fact]
    public async Task A_deleted_memory_leaves_nothing_on_disk_and_its_name_can_be_used_again()
    {
        const string Name = "deleted";
        await using (var host = await StartAsync())
        {
            await CreateAsync(host, Name);
            for (var shard = 0; shard < 2; shard++)
            {
                _ = await host.GetShard(Name, shard).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(shard + 1)));
            }

            _ = await host.GetStore(Name, EpisodeOutcome.Success).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1) with { Outcome = (int)EpisodeOutcome.Success }));
            var memory = host.Grains.GetMemory(Name);
            await memory.SnapshotAsync();

            // Changed once more: no snapshot at the end may bring it back.
            _ = await host.GetShard(Name).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(3)));
            Assert.NotEmpty(Files());
            await memory.DeleteAsync();
            await memory.DeleteAsync();
            _ = await Assert.ThrowsAsync<UnknownMemoryException>(() => memory.DescribeAsync());
            Assert.Empty(Files());
        }

        Assert.Empty(Files());
        await using var next = await StartAsync();
        await CreateAsync(next, Name, spec => spec with { CapacitySteps = 500 });
        Assert.Equal(0, (await next.Grains.GetMemory(Name).GetStatisticsAsync()).Episodes);
        Assert.Equal(1, (await next.GetShard(Name).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(3)))).Stored);

        string[] Files() => Directory.GetFiles(_folder.Path, $"{Name}*", SearchOption.AllDirectories);
    }

    [Fact]
    public async Task Snapshots_are_written_on_a_period_while_steps_arrive()
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, enabled) =>
        {
            if (instrument.Name == "memoryrl.memory.snapshot.duration")
            {
                enabled.EnableMeasurementEvents(instrument);
            }
        };

        // Other tests' snapshots are measured too: only the file says that it was this shard's.
        listener.SetMeasurementEventCallback<double>((_, _, _, _) =>
        {
            if (Directory.EnumerateFiles(_folder.Path, "period%2F*.shard.safetensors", SearchOption.AllDirectories).Any())
            {
                _ = written.TrySetResult();
            }
        });
        listener.Start();

        await using var host = await StartAsync();
        await CreateAsync(host, "period", spec => spec with { SnapshotPeriod = TimeSpan.FromMilliseconds(20) });
        _ = await host.GetShard("period").AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1)));
        await written.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_shard_that_is_deactivated_comes_back_whole()
    {
        await using var host = await StartAsync();
        await CreateAsync(host, "comes back");
        var shard = host.GetShard("comes back");
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1), TestEpisodes.Message(2)));
        var before = await shard.GetStatisticsAsync();
        await host.Calls.DeactivateAsync(shard, () => shard.GetStatisticsAsync());
        Assert.Equal(before, await shard.GetStatisticsAsync());
        Assert.Equal(2, (await shard.ReadAllAsync()).Length);
    }

    [Fact]
    public async Task A_damaged_snapshot_is_an_error_that_names_it_and_stays_where_it_is()
    {
        await using (var host = await StartAsync())
        {
            await CreateAsync(host, "damaged");
            _ = await host.GetShard("damaged").AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1)));
        }

        var file = Assert.Single(Directory.GetFiles(_folder.Path, "damaged*.shard.safetensors", SearchOption.AllDirectories));
        await File.WriteAllBytesAsync(file, [1, 2, 3]);
        await using (var next = await StartAsync())
        {
            // Asking again does not make an empty shard of it.
            for (var attempt = 0; attempt < 2; attempt++)
            {
                var error = await Assert.ThrowsAsync<MemoryRLException>(() => next.GetShard("damaged").AppendAsync(TestEpisodes.Append(TestEpisodes.Message(2))));
                Assert.Contains("damaged/0", error.Message, StringComparison.Ordinal);
            }
        }

        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Snapshots_too_large_for_one_state_are_refused_when_the_memory_is_created()
    {
        await using var host = await StartAsync();
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => CreateAsync(host, "huge", spec => spec with { ShardCount = 1, CapacitySteps = 100_000_000, CapacityBytes = 1L << 40 }));
        Assert.Equal("spec.shard_count", error.Field);
        error = await Assert.ThrowsAsync<InvalidInputException>(() => CreateAsync(host, "huge", spec => spec with { TrajectoryCapacitySteps = 100_000_000 }));
        Assert.Equal("spec.trajectory_capacity_steps", error.Field);
    }

    private Task<GrainHost> StartAsync() => GrainHost.StartAsync(options => (options.Storage, options.StorageFolder) = (GrainStorageKind.Folder, _folder.Path));

    private static async Task CreateAsync(GrainHost host, string name, Func<MemorySpec, MemorySpec>? change = null) =>
        _ = await host.CreateMemoryAsync(name, spec =>
        {
            spec = spec with { Durability = Durability.Snapshot, ShardCount = 2, SnapshotPeriod = TimeSpan.FromHours(1) };
            return change is null ? spec : change(spec);
        });
}
