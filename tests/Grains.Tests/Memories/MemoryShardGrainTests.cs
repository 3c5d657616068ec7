using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

[Collection(SharedHostCollection.Name)]
public sealed class MemoryShardGrainTests(SharedGrainHost shared)
{
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(20);

    private readonly GrainHost _host = shared.Host;

    [Fact]
    public async Task Episodes_come_back_as_they_were_appended()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("back"));
        var result = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1, length: 3), TestEpisodes.Message(2, length: 7, agentId: "other")));
        Assert.Equal(new AppendResult(2, 0, null), result);
        var episodes = await shard.ReadAllAsync();
        Assert.Equal([3, 7], episodes.Select(episode => TestEpisodes.Read(episode).Length));
        Assert.Equal(["agent", "other"], episodes.Select(episode => episode.AgentId));
    }

    [Fact]
    public async Task Appending_an_episode_again_stores_it_once()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("once"));
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1)));
        var again = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1), TestEpisodes.Message(2), TestEpisodes.Message(2)));
        Assert.Equal(new AppendResult(1, 2, null), again);
        Assert.Equal(2, (await shard.GetStatisticsAsync()).Episodes);
    }

    [Fact]
    public async Task Sampling_waits_until_the_minimum_size_is_inserted()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("minimum", spec => spec with { MinSizeToSample = 10 }));
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1, length: 9)));
        var sample = shard.SampleAsync(new SampleRequest(4, 1, 1, LongWait));

        // Answered while the sample waits: a wait holds no turn.
        Assert.Equal(9, (await shard.GetStatisticsAsync()).Steps);
        Assert.False(sample.IsCompleted);
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(2, length: 1)));

        var result = await sample;
        Assert.Null(result.WaitReason);
        Assert.Equal(4, result.Batch!.Value.Count);
        TestEpisodes.CheckRows(result.Batch.Value);
    }

    [Fact]
    public async Task A_sample_that_waited_in_vain_says_for_what()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("in vain", spec => spec with { MinSizeToSample = 1_000 }));
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1, length: 120)));
        var result = await shard.SampleAsync(new SampleRequest(4, 1, 1, TimeSpan.FromMilliseconds(1)));
        Assert.Null(result.Batch);
        Assert.Equal("sampling waits: 120 of 1000 steps inserted", result.WaitReason);
    }

    [Fact]
    public async Task A_shard_that_evicts_before_its_minimum_is_sampled_all_the_same()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("never full", spec => spec with { CapacitySteps = 100, MinSizeToSample = 100 }));
        _ = await shard.AppendAsync(TestEpisodes.Append([.. Enumerable.Range(1, 4).Select(number => TestEpisodes.Message(number, length: 30))]));
        Assert.Equal(90, (await shard.GetStatisticsAsync()).Steps);
        Assert.Equal(8, (await shard.SampleAsync(new SampleRequest(8, 1, 1, TimeSpan.Zero))).Batch!.Value.Count);
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_ends_and_a_retry_stores_once()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("cancelled", spec => spec with { MaxUnreadSteps = 5 }));
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1, length: 5)));
        using var cancellation = new CancellationTokenSource();
        var append = shard.AppendAsync(new AppendRequest([TestEpisodes.Message(2)], LongWait), cancellation.Token);
        Assert.Equal(1, (await shard.GetStatisticsAsync()).Episodes);
        await cancellation.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => append);

        // On a cluster the cancellation may reach the grain after the limiter has opened; the id keeps a retry from storing twice.
        _ = await shard.ReadAsync(new ReadRequest(1, 0, 1, TimeSpan.Zero));
        var again = await shard.AppendAsync(new AppendRequest([TestEpisodes.Message(2)], LongWait));
        Assert.Equal(1, again.Stored + again.Duplicates);
        Assert.Equal(2, (await shard.GetStatisticsAsync()).Episodes);
    }

    [Fact]
    public async Task The_same_seed_draws_the_same_batch()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("seeded"));
        _ = await shard.AppendAsync(TestEpisodes.Append([.. Enumerable.Range(1, 20).Select(number => TestEpisodes.Message(number))]));
        var first = (await shard.SampleAsync(new SampleRequest(64, 1, 7, TimeSpan.Zero))).Batch!.Value;
        var same = (await shard.SampleAsync(new SampleRequest(64, 1, 7, TimeSpan.Zero))).Batch!.Value;
        var other = (await shard.SampleAsync(new SampleRequest(64, 1, 8, TimeSpan.Zero))).Batch!.Value;
        Assert.Equal(first.Data.ToArray(), same.Data.ToArray());
        Assert.NotEqual(first.Data.ToArray(), other.Data.ToArray());
        Assert.Equal(192, (await shard.GetStatisticsAsync()).SampledRows);
    }

    [Fact]
    public async Task Sequences_are_sampled_as_sequences()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("sequences"));
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1, length: 30)));
        var batch = (await shard.SampleAsync(new SampleRequest(8, 4, 7, TimeSpan.Zero))).Batch!.Value;
        Assert.Equal((ColumnsKind.Sequences, 8), (batch.Kind, batch.Count));
        Assert.Equal(4, SequenceBatch.FromBuffer(TestEpisodes.Spec, 8, 4, batch.Data).Length);
    }

    [Fact]
    public async Task Appends_wait_while_too_many_steps_are_unread_and_go_on_when_they_are_read()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("limited", spec => spec with { MaxUnreadSteps = 10 }));
        Assert.Equal(2, (await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1), TestEpisodes.Message(2)))).Stored);

        var waiting = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(3)));
        Assert.Equal(new AppendResult(0, 0, "appending waits: 10 of at most 10 steps are unread"), waiting);
        Assert.Equal(2, (await shard.GetStatisticsAsync()).Episodes);

        var append = shard.AppendAsync(new AppendRequest([TestEpisodes.Message(3)], LongWait));
        var read = await shard.ReadAsync(new ReadRequest(0, 10, 10, TimeSpan.Zero));
        Assert.Equal(2, read.Episodes.Length);
        Assert.False(append.IsCompleted);

        // Asking from the next cursor on says that what lies before it has been read.
        _ = await shard.ReadAsync(new ReadRequest(read.NextCursor, 0, 10, TimeSpan.Zero));
        Assert.Equal(1, (await append).Stored);
    }

    [Fact]
    public async Task A_reader_that_wants_more_than_the_limit_gets_it()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("both wait", spec => spec with { MaxUnreadSteps = 10 }));
        var read = shard.ReadAsync(new ReadRequest(0, 20, 20, LongWait));
        for (var number = 1; number <= 4; number++)
        {
            Assert.Equal(1, (await shard.AppendAsync(new AppendRequest([TestEpisodes.Message(number)], LongWait))).Stored);
        }

        Assert.Equal(4, (await read).Episodes.Length);
        Assert.Equal("appending waits: 20 of at most 10 steps are unread", (await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(5)))).WaitReason);
    }

    [Fact]
    public async Task A_duplicate_never_waits_for_the_limiter()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("known", spec => spec with { MaxUnreadSteps = 5 }));
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1)));
        Assert.Equal(new AppendResult(0, 1, null), await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1))));
    }

    [Fact]
    public async Task Reading_goes_through_the_episodes_once_and_counts_the_missed()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("reading", spec => spec with { CapacitySteps = 20 }));
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1), TestEpisodes.Message(2)));
        var first = await shard.ReadAsync(new ReadRequest(0, 1, 1, TimeSpan.Zero));
        Assert.Equal([TestEpisodes.Id(0, 1)], first.Episodes.Select(episode => episode.EpisodeId));

        // Of the capacity's four, the second, which was not read, must go for the sixth.
        _ = await shard.AppendAsync(TestEpisodes.Append([.. Enumerable.Range(3, 4).Select(number => TestEpisodes.Message(number))]));
        var second = await shard.ReadAsync(new ReadRequest(first.NextCursor, 1, int.MaxValue, TimeSpan.Zero));
        Assert.Equal(1, second.MissedEpisodes);
        Assert.Equal([3, 4, 5, 6], second.Episodes.Select(episode => (int)(TestEpisodes.Mark(episode.EpisodeId) % 1000)));
        var third = await shard.ReadAsync(new ReadRequest(second.NextCursor, 1, 10, TimeSpan.Zero));
        Assert.Empty(third.Episodes);
        Assert.Equal(second.NextCursor, third.NextCursor);
        Assert.Equal("reading waits: 0 of 1 fresh steps arrived", third.WaitReason);
    }

    [Fact]
    public async Task A_read_waits_for_its_minimum()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("read waits"));
        var read = shard.ReadAsync(new ReadRequest(0, 10, 100, LongWait));
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1)));
        Assert.False(read.IsCompleted);
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(2)));
        Assert.Equal(2, (await read).Episodes.Length);
    }

    [Fact]
    public async Task A_read_that_wants_more_than_the_shard_can_hold_gets_what_it_holds()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("read more", spec => spec with { CapacitySteps = 20 }));
        var read = shard.ReadAsync(new ReadRequest(0, 20, 20, LongWait));
        for (var number = 1; number <= 3; number++)
        {
            _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(number, length: 6)));
        }

        Assert.False(read.IsCompleted);
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(4, length: 6)));
        var result = await read;
        Assert.Null(result.WaitReason);
        Assert.Equal((3, 1, 4), (result.Episodes.Length, result.MissedEpisodes, result.NextCursor));
    }

    [Fact]
    public async Task Waits_end_when_the_silo_stops()
    {
        var host = await GrainHost.StartAsync();
        var shard = host.GetShard(await host.CreateMemoryAsync("stops", spec => spec with { MinSizeToSample = 10 }));
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1)));
        var sample = shard.SampleAsync(new SampleRequest(4, 1, 1, LongWait));
        _ = await shard.GetStatisticsAsync();
        await host.DisposeAsync();
        try
        {
            Assert.Equal("sampling waits: 5 of 10 steps inserted; the silo stops", (await sample).WaitReason);
        }
        catch (SiloUnavailableException)
        {
            // Orleans' client in a silo's own process may break its calls before their answers come.
        }
    }

    [Fact]
    public async Task A_cursor_from_before_the_shard_was_emptied_reads_what_arrives_now()
    {
        var shard = _host.GetShard(await _host.CreateMemoryAsync("emptied"));
        var read = shard.ReadAsync(new ReadRequest(5_000, 1, 10, LongWait));
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1)));
        var result = await read;
        _ = Assert.Single(result.Episodes);
        Assert.Equal(1, result.NextCursor);
    }

    [Fact]
    public async Task Enumerating_gives_every_episode_held_and_moves_no_cursor()
    {
        var name = await _host.CreateMemoryAsync("enumerated", spec => spec with { MaxUnreadSteps = 15 });
        for (var number = 1; number <= 3; number++)
        {
            _ = await _host.GetShard(name).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(number)));
        }

        var numbers = new List<int>();
        await foreach (var episode in _host.GetShard(name).EnumerateAsync())
        {
            numbers.Add((int)TestEpisodes.Mark(TestEpisodes.Read(episode).Id));
        }

        Assert.Equal([1, 2, 3], numbers);

        // The limiter's reader has still read nothing.
        Assert.Equal("appending waits: 15 of at most 15 steps are unread", (await _host.GetShard(name).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(4)))).WaitReason);
    }
}
