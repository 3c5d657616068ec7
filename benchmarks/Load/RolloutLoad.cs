using System.Collections.Immutable;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Grains.Interfaces;
using MemoryRL.Learning;

namespace MemoryRL.Benchmarks.Load;

/// <summary>64 agents on Four Rooms, the same trained bundle with and without the memory: with it they take advice and write every episode to the grains.</summary>
internal static class RolloutLoad
{
    private const string Name = "rollout-load";
    private const int Agents = 64;
    private const int TrainingSteps = 150_000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);
    private static readonly EnvironmentEntry Task = EnvironmentRegistry.Find("four-rooms");

    /// <summary>Trains a policy, then measures both ways of acting in turn.</summary>
    /// <param name="grains">Where the grains are.</param>
    /// <param name="rounds">The number of rounds.</param>
    /// <param name="output">Where the absolute rates are printed.</param>
    /// <returns>The row.</returns>
    public static async Task<Measurement> MeasureAsync(IGrainFactory grains, int rounds, TextWriter output)
    {
        var factory = LearningAlgorithms.PolicyFactories.OfType<AdaMementoPolicyFactory>().Single();
        var bundle = await TrainAsync(grains, factory);
        var (with, without, ratios) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            var withMemory = await ActWithMemoryAsync(grains, new FixedPolicySource(factory, bundle), round);
            var withoutMemory = await ActAsync(new NothingKept(), new FixedPolicySource(new ExplorerFactory(factory), bundle), round);
            if (round > 0)
            {
                with.Add(withMemory);
                without.Add(withoutMemory);
                ratios.Add(100 * withMemory / withoutMemory);
            }
        }

        await output.WriteLineAsync($"64 agents on Four Rooms: {with.Min() / 1e6:0.##} to {with.Max() / 1e6:0.##} M steps/s with the memory, {without.Min() / 1e6:0.##} to {without.Max() / 1e6:0.##} M without.");
        return new Measurement("64 agents on Four Rooms with the memory, against without", "% of the steps/s", ratios, 80, 95);
    }

    private static async Task<ReadOnlyMemory<byte>> TrainAsync(IGrainFactory grains, AdaMementoPolicyFactory factory)
    {
        var learner = LearningAlgorithms.LearnerFactories.Single(candidate => candidate.Algorithm == factory.Algorithm);
        var memory = await new MemoryClient(grains).CreateMemoryAsync(Name, SpecOf(learner.RequiredColumns, maxUnreadSteps: 8192));
        await using var subscription = new PolicySubscription(grains, Name, [factory]);
        await using (var writer = new EpisodeWriter(memory))
        {
            _ = await grains.GetLearner(Name).StartAsync(new LearnerSpecMessage(learner.Algorithm, Name, Name, Seed: 1, "cpu", PublishPeriod: 1, TimeSpan.FromHours(1), ImmutableDictionary<string, string>.Empty));
            _ = await new RolloutWorker(memory.Spec.Experience, _ => Task.Create(), writer, subscription, new RolloutOptions { AgentCount = Agents, MaxSteps = TrainingSteps, Seed = 1 }).RunAsync();
            _ = await writer.CompleteAsync();
        }

        _ = await grains.GetLearner(Name).StopAsync();
        var latest = await grains.GetPolicy(Name).GetNewerAsync(0, TimeSpan.Zero) ?? throw new InvalidOperationException("Expected a trained policy but none was published.");
        return latest.Weights.Data;
    }

    private static async Task<double> ActWithMemoryAsync(IGrainFactory grains, IPolicySource policy, int round)
    {
        var columns = LearningAlgorithms.LearnerFactories.Single(learner => learner.Algorithm == "ada-memento").RequiredColumns;
        var memory = await new MemoryClient(grains).CreateMemoryAsync($"{Name}-{round}", SpecOf(columns, maxUnreadSteps: 0));
        await using var writer = new EpisodeWriter(memory);
        var rate = await ActAsync(writer, policy, round, memory.Spec.Experience);
        _ = await writer.CompleteAsync();
        return rate;
    }

    private static async Task<double> ActAsync(IEpisodeSink sink, IPolicySource policy, int round, ExperienceSpec? spec = null)
    {
        var columns = LearningAlgorithms.LearnerFactories.Single(learner => learner.Algorithm == "ada-memento").RequiredColumns;
        var worker = new RolloutWorker(
            spec ?? Task.Create().Spec.Experience with { ExtraColumns = columns },
            _ => Task.Create(),
            sink,
            policy,
            new RolloutOptions { AgentCount = Agents, ThreadCount = Math.Min(2, Environment.ProcessorCount), MaxDuration = Duration, Seed = (ulong)round });
        var result = await worker.RunAsync();
        return result.Progress.Steps / result.Progress.Elapsed.TotalSeconds;
    }

    private static MemorySpec SpecOf(ImmutableArray<ColumnSpec> columns, long maxUnreadSteps) => new(Task.Create().Spec.Experience with { ExtraColumns = columns })
    {
        CapacitySteps = 500_000,
        MaxUnreadSteps = maxUnreadSteps,
        ShardCount = 2,
    };

    private sealed class NothingKept : IEpisodeSink
    {
        public void Write(string agentId, Episode episode, CancellationToken cancellationToken)
        {
            // Without a memory an episode ends and is gone.
        }
    }

    private sealed class ExplorerFactory(AdaMementoPolicyFactory factory) : IPolicyFactory
    {
        public string Algorithm => factory.Algorithm;

        public IPolicy Create(ReadOnlyMemory<byte> bundle) => factory.Create(bundle, PolicyView.Explorer);
    }
}
