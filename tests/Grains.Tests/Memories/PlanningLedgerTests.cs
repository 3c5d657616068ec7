using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

/// <summary>Writers, samplers and planners at once: every sampled step has the targets of the version that its batch says.</summary>
[Collection(SharedHostCollection.Name)]
public sealed class PlanningLedgerTests(SharedGrainHost shared)
{
    private const string Name = "planning ledger";
    private const int Writers = 8;
    private const int EpisodesPerWriter = 150;
    private const int LeastPlans = 10;

    private readonly GrainHost _host = shared.Host;
    private int _draws;

    [Fact]
    public async Task Every_sampled_target_is_the_one_of_its_step_and_version_while_all_goes_on()
    {
        _ = await _host.CreateMemoryAsync(Name, spec => spec with { CapacitySteps = 30_000 });
        var shard = _host.GetShard(Name);
        _ = await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(Make(Writers, 1))));
        using var done = new CancellationTokenSource();
        var samplers = Enumerable.Range(0, 3).Select(sampler => SampleAsync(shard, sampler, done.Token)).ToList();
        var writers = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(shard, writer)));
        var last = await PlanAsync(shard, writers, samplers);
        await writers;
        await done.CancelAsync();
        var versions = (await Task.WhenAll(samplers)).SelectMany(seen => seen).ToHashSet();

        // Several plans were seen, and the returns of steps that were not planned yet.
        Assert.True(versions.Count > 3, $"Expected several versions but only {string.Join(", ", versions)} were sampled.");
        Assert.True((await shard.GetStatisticsAsync()).EvictedEpisodes > 0);

        // At rest every step has the last plan.
        _ = await shard.PlanAsync(Plans.Request(last + 1));
        Assert.All((await shard.VersionsAsync()).Values, version => Assert.Equal(last + 1, version));
    }

    private static async Task WriteAsync(IMemoryShardGrain shard, int writer)
    {
        for (var number = 1; number <= EpisodesPerWriter; number++)
        {
            Assert.Equal(1, (await shard.AppendAsync(TestEpisodes.Append(TestEpisodes.Message(Make(writer, number))))).Stored);
        }
    }

    // Plans on until the writers are done, and goes to the next version only when samples were drawn of this one.
    private async Task<long> PlanAsync(IMemoryShardGrain shard, Task writers, List<Task<HashSet<long>>> samplers)
    {
        var version = 0L;
        while (version < LeastPlans || !writers.IsCompleted)
        {
            version++;
            Assert.Null((await shard.PlanAsync(Plans.Request(version, steps: 12_000))).WaitReason);
            var draws = _draws;
            while (_draws < draws + 6)
            {
                // None ends before it is told to, but by a fault.
                await Task.WhenAll(samplers.Where(sampler => sampler.IsCompleted));
                await Task.Yield();
            }
        }

        return version;
    }

    private async Task<HashSet<long>> SampleAsync(IMemoryShardGrain shard, int sampler, CancellationToken done)
    {
        var seen = new HashSet<long>();
        for (var draw = 0UL; !done.IsCancellationRequested || seen.Count == 0; draw++)
        {
            var request = new SampleRequest(64, 1, (draw * 3) + (ulong)sampler, TimeSpan.FromSeconds(1), TargetsOf: "learner");
            if ((await shard.SampleAsync(request, CancellationToken.None)).Batch is { } batch)
            {
                _ = Interlocked.Increment(ref _draws);
                var planned = PlannedBatch.FromBuffer(TestEpisodes.Spec, batch.Count, batch.Data);
                seen.UnionWith(Plans.Check(planned, mark => Make((int)mark / 1000, (int)mark % 1000)).Values);
            }
        }

        return seen;
    }

    private static Episode Make(int writer, int number)
    {
        var end = (writer + number) % 2 == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;
        return TestEpisodes.Make(TestEpisodes.Id(writer, number), length: 1 + ((writer + (number * 17)) % 200), lastReward: number, end);
    }
}
