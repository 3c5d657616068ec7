using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

/// <summary>A process with memories that learners plan, in a folder that the next process finds again, and the same learning by hand to judge it by.</summary>
internal sealed class PlannedLearning : IAsyncDisposable
{
    private const long Seed = 17;

    private readonly TemporaryFolder _folder = new();

    public GrainHost Host { get; private set; } = null!;

    public static LearnerSpecMessage Spec(string memoryName, params (string Name, string Value)[] options) => new(
        PlanningLearnerFactory.Name, memoryName, $"{memoryName} policy", Seed, "cpu", PublishPeriod: 1_000, CheckpointPeriod: TimeSpan.FromHours(1), options.ToImmutableDictionary(option => option.Name, option => option.Value));

    public static LearnerSettings Settings(params (string Name, string Value)[] options) =>
        new(TestEpisodes.Spec, Seed, "cpu", options.ToImmutableSortedDictionary(option => option.Name, option => option.Value));

    // Planning in the background needs a thread beside a learner that is held.
    public async Task StartAsync() =>
        Host = await GrainHost.StartAsync(options => (options.Storage, options.StorageFolder, options.LearnerThreads) = (GrainStorageKind.Folder, _folder.Path, 4));

    public async Task StartElsewhereAsync() => Host = await GrainHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Host.DisposeAsync();
        }
        finally
        {
            _folder.Dispose();
        }
    }

    public async Task FillAsync(string memoryName, int count, int? length = null)
    {
        _ = await Host.CreateMemoryAsync(memoryName, spec => spec with { Durability = Durability.Snapshot, CapacitySteps = 100_000 });
        await AppendAsync(memoryName, 1, count, length);
    }

    public async Task AppendAsync(string memoryName, int first, int count, int? length = null)
    {
        var episodes = Enumerable.Range(first, count).Select(number => TestEpisodes.Message(number, length ?? (1 + (number % 7)), lastReward: number));
        _ = await Host.GetShard(memoryName).AppendAsync(TestEpisodes.Append([.. episodes]));
    }

    public string ShardFile(string memoryName) => new StateFileNames(_folder.Path).PathOf("shard", Host.GetShard(memoryName).GetGrainId());

    public string LearnerFile(string learnerName) => new StateFileNames(_folder.Path).PathOf("learner", Host.Grains.GetLearner(learnerName).GetGrainId());

    // A learner that never stops, with a memory of its own, fed and planned by hand: feeding k draws from the seed and k, the fourth draw for planned transitions.
    public async Task CheckTraceAsync(string memoryName, (string Name, string Value)[] options, IReadOnlyList<(long Update, ulong Digest)> updates)
    {
        const string Name = "reference";
        _ = await Host.CreateMemoryAsync(Name, spec => spec with { CapacitySteps = 100_000 });
        var shard = Host.GetShard(Name);
        _ = await shard.AppendAsync(TestEpisodes.Append([.. await Host.GetShard(memoryName).ReadAllAsync()]));
        using var reference = new PlanningLearner(Settings(options));
        var planned = 0L;
        for (var feeding = 0; feeding < updates.Count; feeding++)
        {
            if (reference.Plan.Version != planned)
            {
                Assert.Null((await shard.PlanAsync(PlanMessages.Write("by hand", Plans.Run, reference.Plan))).WaitReason);
                planned = reference.Plan.Version;
            }

            var random = new RandomStream((ulong)Seed, (ulong)feeding);
            var seeds = new[] { random.NextUInt64(), random.NextUInt64(), random.NextUInt64(), random.NextUInt64() };
            _ = reference.Update(new LearnerBatch { Planned = await shard.SamplePlannedAsync(reference.NextRequest.Planned, seeds[3], "by hand") });
            Assert.Equal((feeding + 1, reference.Digest), updates[feeding]);
        }
    }
}
