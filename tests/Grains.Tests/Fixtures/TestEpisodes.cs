using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

/// <summary>Episodes whose every value follows from their id and step, so that a torn or mixed one shows.</summary>
internal static class TestEpisodes
{
    public static ExperienceSpec Spec { get; } = new(new BoxSpace(2), new DiscreteSpace(4));

    public static string MemoryJson(Func<MemorySpec, MemorySpec>? change = null) => Memory(change).ToJson();

    public static MemorySpec Memory(Func<MemorySpec, MemorySpec>? change = null)
    {
        var spec = new MemorySpec(Spec) { CapacitySteps = 10_000 };
        return change is null ? spec : change(spec);
    }

    /// <summary>Makes an id that starts with a number.</summary>
    public static Guid Id(int agent, int number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt32BigEndian(bytes, agent);
        BinaryPrimitives.WriteInt32BigEndian(bytes[4..], number);
        bytes[15] = 1;
        return new Guid(bytes, bigEndian: true);
    }

    public static float Mark(Guid id)
    {
        var bytes = id.ToByteArray(bigEndian: true);
        return (BinaryPrimitives.ReadInt32BigEndian(bytes) * 1000) + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4));
    }

    /// <summary>Makes an episode: observations <c>(mark, step)</c>, actions <c>step mod 4</c>, all rewards 0 but the last.</summary>
    public static Episode Make(Guid id, int length = 5, float lastReward = 1, EpisodeEnd end = EpisodeEnd.Terminated)
    {
        var observations = new float[(length + 1) * 2];
        var actions = new int[length];
        var rewards = new float[length];
        for (var step = 0; step <= length; step++)
        {
            observations[step * 2] = Mark(id);
            observations[(step * 2) + 1] = step;
            if (step < length)
            {
                actions[step] = step % 4;
            }
        }

        rewards[^1] = lastReward;
        return Episode.Create(Spec, id, end, MemoryMarshal.AsBytes(observations.AsSpan()), MemoryMarshal.AsBytes(actions.AsSpan()), rewards);
    }

    public static EpisodeMessage Message(Episode episode, string agentId = "agent") => EpisodeMessages.Write(new AgentEpisode(episode, agentId));

    public static EpisodeMessage Message(int number, int length = 5, float lastReward = 1, string agentId = "agent") =>
        Message(Make(Id(0, number), length, lastReward), agentId);

    public static AppendRequest Append(params EpisodeMessage[] episodes) => new([.. episodes], TimeSpan.Zero);

    /// <summary>Reads a message back and checks that it is whole.</summary>
    public static Episode Read(EpisodeMessage message)
    {
        var end = message.Terminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;
        var episode = Episode.FromBuffer(Spec, message.EpisodeId, end, message.Steps.Count, message.Steps.Data);
        var observations = MemoryMarshal.Cast<byte, float>(episode.Observations);
        for (var step = 0; step <= episode.Length; step++)
        {
            Assert.Equal(Mark(episode.Id), observations[step * 2]);
            Assert.Equal(step, observations[(step * 2) + 1]);
        }

        return episode;
    }

    /// <summary>Checks that every row of a batch is one step of one episode.</summary>
    public static void CheckRows(Columns columns)
    {
        Assert.Equal(ColumnsKind.Transitions, columns.Kind);
        var batch = TransitionBatch.FromBuffer(Spec, columns.Count, columns.Data);
        var observations = MemoryMarshal.Cast<byte, float>(batch.Observations);
        var next = MemoryMarshal.Cast<byte, float>(batch.NextObservations);
        var actions = MemoryMarshal.Cast<byte, int>(batch.Actions);
        for (var row = 0; row < batch.Count; row++)
        {
            Assert.Equal(observations[row * 2], next[row * 2]);
            Assert.Equal(observations[(row * 2) + 1] + 1, next[(row * 2) + 1]);
            Assert.Equal((int)observations[(row * 2) + 1] % 4, actions[row]);
        }
    }

    public static async Task<string> CreateMemoryAsync(this GrainHost host, string name, Func<MemorySpec, MemorySpec>? change = null)
    {
        _ = await host.Grains.GetMemory(name).CreateAsync(MemoryJson(change));
        return name;
    }

    public static IMemoryShardGrain GetShard(this GrainHost host, string memoryName, int shard = 0) => host.Grains.GetMemoryShard(new MemoryShardKey(memoryName, shard));

    public static IAgentMemoryGrain GetAgent(this GrainHost host, string memoryName, string agentId = "agent") =>
        host.Grains.GetAgentMemory(new AgentMemoryKey(memoryName, agentId));

    public static ITrajectoryStoreGrain GetStore(this GrainHost host, string memoryName, EpisodeOutcome outcome) =>
        host.Grains.GetTrajectoryStore(new TrajectoryStoreKey(memoryName, outcome));

    /// <summary>Reads everything that a shard holds.</summary>
    public static async Task<ImmutableArray<EpisodeMessage>> ReadAllAsync(this IMemoryShardGrain shard)
    {
        var read = await shard.ReadAsync(new ReadRequest(0, 0, int.MaxValue, TimeSpan.Zero));
        Assert.Null(read.WaitReason);
        return read.Episodes;
    }
}
