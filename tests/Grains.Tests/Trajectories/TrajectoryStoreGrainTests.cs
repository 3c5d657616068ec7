using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

[Collection(SharedHostCollection.Name)]
public sealed class TrajectoryStoreGrainTests(SharedGrainHost shared)
{
    private readonly GrainHost _host = shared.Host;

    [Fact]
    public async Task An_empty_store_gives_a_batch_of_no_rows()
    {
        var store = _host.GetStore(await _host.CreateMemoryAsync("empty store"), EpisodeOutcome.Failure);
        var sample = await store.SampleAsync(new SampleRequest(8, 1, 1, TimeSpan.Zero));
        Assert.Null(sample.WaitReason);
        Assert.Equal(0, sample.Batch!.Value.Count);
    }

    [Fact]
    public async Task Steps_are_sampled_whole()
    {
        var store = _host.GetStore(await _host.CreateMemoryAsync("sampled store"), EpisodeOutcome.Success);
        _ = await store.AppendAsync(TestEpisodes.Append([.. Enumerable.Range(1, 10).Select(number => Success(number, reward: number))]));
        var sample = await store.SampleAsync(new SampleRequest(256, 1, 5, TimeSpan.Zero));
        Assert.Equal(256, sample.Batch!.Value.Count);
        TestEpisodes.CheckRows(sample.Batch.Value);
    }

    [Fact]
    public async Task A_full_store_keeps_the_best_returns_and_lists_them_first()
    {
        var store = _host.GetStore(await _host.CreateMemoryAsync("best", spec => spec with { TrajectoryCapacitySteps = 15 }), EpisodeOutcome.Success);
        foreach (var reward in new[] { 3, 1, 5, 4, 2 })
        {
            _ = await store.AppendAsync(TestEpisodes.Append(Success(reward, reward)));
        }

        var held = new List<int>();
        await foreach (var trajectory in store.EnumerateAsync())
        {
            held.Add((int)TestEpisodes.Mark(TestEpisodes.Read(trajectory).Id));
        }

        Assert.Equal([5, 4, 3], held);
        Assert.Equal(15, (await store.GetStatisticsAsync()).Steps);
    }

    [Fact]
    public async Task Trajectories_that_are_held_are_not_stored_again()
    {
        var store = _host.GetStore(await _host.CreateMemoryAsync("twice"), EpisodeOutcome.Success);
        _ = await store.AppendAsync(TestEpisodes.Append(Success(1, 1)));
        Assert.Equal(new AppendResult(0, 1, null), await store.AppendAsync(TestEpisodes.Append(Success(1, 1))));
        Assert.Equal(1, (await store.GetStatisticsAsync()).AppendedEpisodes);
    }

    private static EpisodeMessage Success(int number, float reward) => TestEpisodes.Message(number, lastReward: reward) with { Outcome = (int)EpisodeOutcome.Success };
}
