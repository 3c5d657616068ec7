using BenchmarkDotNet.Attributes;
using MemoryRL.Core;

namespace MemoryRL.Benchmarks.Micro;

/// <summary>Batches sampled uniformly from a full arena.</summary>
[MemoryDiagnoser]
public class ArenaSamplingBenchmarks
{
    private const int EpisodeLength = 1_000;
    private StepArena _arena = null!;
    private TransitionBatch _transitions = null!;
    private SequenceBatch _sequences = null!;
    private RandomStream _random = new(1);

    /// <summary>Gets or sets the number of steps held.</summary>
    [Params(1_000_000, 10_000_000)]
    public int Steps { get; set; }

    /// <summary>Fills the arena, and checks one batch against it before anything is timed.</summary>
    [GlobalSetup]
    public void Fill()
    {
        _arena = new StepArena(HopperShaped.Spec, Steps);
        var rewards = new HashSet<float>();
        for (var i = 0; i < Steps / EpisodeLength; i++)
        {
            var episode = HopperShaped.Episode(i, EpisodeLength);
            rewards.UnionWith(episode.Rewards.ToArray());
            _ = _arena.Append(new AgentEpisode(episode, "agent"));
        }

        _transitions = new TransitionBatch(HopperShaped.Spec, 256);
        _sequences = new SequenceBatch(HopperShaped.Spec, 64, 20);
        _arena.SampleTransitions(ref _random, _transitions);
        foreach (var reward in _transitions.Rewards)
        {
            if (!rewards.Contains(reward))
            {
                throw new InvalidOperationException($"Expected a stored reward but sampled {reward}.");
            }
        }
    }

    /// <summary>Samples 256 transitions.</summary>
    /// <returns>A number of the batch, so that the work is not removed.</returns>
    [Benchmark]
    public float Transitions256()
    {
        _arena.SampleTransitions(ref _random, _transitions);
        return _transitions.Rewards[0];
    }

    /// <summary>Samples 64 sequences of 20 steps.</summary>
    /// <returns>A number of the batch, so that the work is not removed.</returns>
    [Benchmark]
    public byte Sequences64x20()
    {
        _arena.SampleSequences(ref _random, _sequences);
        return _sequences.Data.Span[0];
    }
}
