using BenchmarkDotNet.Attributes;
using MemoryRL.Core;

namespace MemoryRL.Benchmarks.Micro;

/// <summary>What an episode of 1,000 steps costs at the door and in the arena; the figures are for one step.</summary>
[MemoryDiagnoser]
public class EpisodeBenchmarks
{
    private const int EpisodeLength = 1_000;
    private Episode[] _episodes = null!;
    private StepArena _arena = null!;
    private int _next;

    /// <summary>Makes the episodes and a full arena.</summary>
    [GlobalSetup]
    public void Fill()
    {
        _episodes = [.. Enumerable.Range(0, 2_000).Select(i => HopperShaped.Episode(i, EpisodeLength))];
        _arena = new StepArena(HopperShaped.Spec, 1_000 * EpisodeLength);
        foreach (var episode in _episodes)
        {
            _ = _arena.Append(new AgentEpisode(episode, "agent"));
        }
    }

    /// <summary>Checks an episode that arrived as bytes: sizes, finite numbers, actions within bounds.</summary>
    /// <returns>The episode, so that the work is not removed.</returns>
    [Benchmark(OperationsPerInvoke = EpisodeLength)]
    public Episode Check()
    {
        var episode = _episodes[0];
        return Episode.FromBuffer(episode.Spec, episode.Id, episode.End, episode.Length, episode.Data);
    }

    /// <summary>Appends an episode to a full arena, which evicts the oldest.</summary>
    /// <returns>What became of it, so that the work is not removed.</returns>
    [Benchmark(OperationsPerInvoke = EpisodeLength)]
    public ArenaAppend Append()
    {
        _next = (_next + 1) % _episodes.Length;
        return _arena.Append(new AgentEpisode(_episodes[_next], "agent"));
    }
}
