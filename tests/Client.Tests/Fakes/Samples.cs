using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client.Tests;

/// <summary>Episodes and a fake memory to give to the client.</summary>
internal static class Samples
{
    public const string MemoryName = "test memory";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static ExperienceSpec Spec { get; } = EnvironmentRegistry.Find("four-rooms").Spec.Experience with
    {
        ExtraColumns = [ColumnSpec.BehaviorLogProbability, ColumnSpec.ActionSource],
    };

    public static Episode Episode(int length, int number = 0)
    {
        var observations = Enumerable.Range(0, length + 1).Select(step => (number + step) % 104).ToArray();
        var actions = Enumerable.Range(0, length).Select(step => step % 4).ToArray();
        var rewards = new float[length];
        rewards[^1] = number % 2;
        return Core.Episode.Create(
            Spec,
            new Guid(number + 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8),
            number % 2 == 0 ? EpisodeEnd.Truncated : EpisodeEnd.Terminated,
            MemoryMarshal.AsBytes(observations.AsSpan()),
            MemoryMarshal.AsBytes(actions.AsSpan()),
            rewards,
            default,
            new byte[4 * length],
            new byte[length]);
    }

    /// <summary>Opens a fake memory whose agents all append to one store.</summary>
    public static Task<ExperienceMemory> OpenAsync(FakeGrains grains, int shards = 1, TimeProvider? time = null, MemoryClientOptions? options = null, int minSizeToSample = 1)
    {
        grains.Add<IMemoryGrain>(MemoryName, new FakeMemory(new MemorySpec(Spec) { ShardCount = shards, MinSizeToSample = minSizeToSample }));
        return new MemoryClient(grains.Factory, options, time).OpenMemoryAsync(MemoryName);
    }

    public static string AgentKey(string agentId) => new AgentMemoryKey(MemoryName, agentId).ToString();
}

internal sealed class FakeMemory(MemorySpec spec)
{
    public Task<MemoryDescription> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(new MemoryDescription(Samples.MemoryName, spec.ToJson()));

    public Task<MemoryDescription> CreateAsync(string specJson, CancellationToken cancellationToken) => Task.FromResult(new MemoryDescription(Samples.MemoryName, specJson));
}
