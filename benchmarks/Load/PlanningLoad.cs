using System.Collections.Immutable;
using System.Diagnostics;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using MemoryRL.Learning;

namespace MemoryRL.Benchmarks.Load;

/// <summary>Plans 1 M steps of Hopper's shape inside a shard: with values for nothing, and with the value function of each algorithm that has one.</summary>
internal static class PlanningLoad
{
    private const string Name = "planning-load";
    private const int Steps = 1_000_000;
    private const int EpisodeLength = 1_000;
    private const int EpisodesPerCall = 50;

    // A product of the size that a value function's layers are made of, which the engine is judged by elsewhere too.
    private const string Product = "gemm-512";

    /// <summary>Measures seconds a plan.</summary>
    /// <param name="grains">Where the grains are.</param>
    /// <param name="rounds">The number of rounds.</param>
    /// <param name="output">Where the shares of the products' own speed are printed.</param>
    /// <returns>The rows.</returns>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(IGrainFactory grains, int rounds, TextWriter output)
    {
        var shard = await FillAsync(grains);
        var rows = new List<Measurement>
        {
            new($"plan {Steps / 1_000_000} M Hopper-shaped steps with values for nothing", "s", await PlanAsync(shard, new FreeValues.Factory().Algorithm, new byte[] { 1 }, rounds), 0.5, 0.2, LowerIsBetter: true),
        };
        foreach (var values in LearningAlgorithms.ValueFunctionFactories)
        {
            using var learner = LearningAlgorithms.LearnerFactories.Single(candidate => candidate.Algorithm == values.Algorithm)
                .Create(new LearnerSettings(HopperShaped.Spec, Seed: 1, "cpu", ImmutableSortedDictionary<string, string>.Empty));
            var bundle = ((IValueLearner)learner).CreateValueBundle(1);
            var operations = OperationsOf(bundle) * Steps;
            var bound = operations / MeasureProducts();
            var seconds = await PlanAsync(shard, values.Algorithm, bundle, rounds);

            // At least half as fast as the products alone would be; the aim is four fifths.
            var row = new Measurement($"plan {Steps / 1_000_000} M Hopper-shaped steps with the value function of '{values.Algorithm}'", "s", seconds, bound / 0.5, bound / 0.8, LowerIsBetter: true);
            await output.WriteLineAsync(
                $"planning with '{values.Algorithm}': {operations / 1e12:0.##} TFLOP in {row.Median:0.##} s, {100 * bound / row.Median:0} % of the speed of products alone ({operations / bound / 1e9:0} GFLOP/s, {Product}).");
            rows.Add(row);
        }

        await grains.GetMemory(Name).DeleteAsync();
        return rows;
    }

    private static async Task<IMemoryShardGrain> FillAsync(IGrainFactory grains)
    {
        _ = await grains.GetMemory(Name).CreateAsync(new MemorySpec(HopperShaped.Spec) { CapacitySteps = Steps }.ToJson());
        var shard = grains.GetMemoryShard(new MemoryShardKey(Name, 0));
        for (var first = 0; first < Steps / EpisodeLength; first += EpisodesPerCall)
        {
            var from = first;
            _ = await shard.AppendAsync(new AppendRequest([.. Enumerable.Range(0, EpisodesPerCall).Select(i => Message(HopperShaped.Episode(from + i, EpisodeLength)))], TimeSpan.Zero));
        }

        return shard;
    }

    // Each plan is of every step, and has a version of its own.
    private static async Task<IReadOnlyList<double>> PlanAsync(IMemoryShardGrain shard, string algorithm, ReadOnlyMemory<byte> bundle, int rounds)
    {
        var settings = new PlanSettings();
        var message = new PlanSettingsMessage(
            settings.Discount, settings.MaxSteps, (int)settings.Estimator, settings.RewardScale, settings.RewardShift, settings.TruncationsTerminate, settings.RepeatsTerminalReward);
        var run = Guid.NewGuid();
        var seconds = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            var result = await shard.PlanAsync(new PlanRequest(algorithm, run, round + 1, algorithm, new Columns(ColumnsKind.Safetensors, 0, 1, bundle), message, Steps: null));
            if (result.Steps != Steps)
            {
                throw new InvalidOperationException($"Expected {Steps} steps to be planned but {result.Steps} were.");
            }

            // The first round makes the table.
            if (round > 0)
            {
                seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        return seconds;
    }

    // Two operations for every weight of every matrix: one observation through the networks.
    private static double OperationsOf(ReadOnlyMemory<byte> bundle) =>
        SafetensorsDocument.Parse(bundle, "value bundle").Tensors.Where(tensor => tensor.Shape.Length >= 2).Sum(tensor => 2.0 * tensor.Shape.Aggregate(1.0, (product, length) => product * length));

    private static double MeasureProducts()
    {
        using var product = TensorWorkloads.Create(Product);
        var best = 0.0;
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < 20; i++)
            {
                _ = product.Step();
            }

            best = Math.Max(best, 20 * product.Operations / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private static EpisodeMessage Message(Episode episode) =>
        new(episode.Id, "agent", Terminated: false, Outcome: 0, new Columns(ColumnsKind.Episode, episode.Spec.Fingerprint, episode.Length, episode.Data));
}
