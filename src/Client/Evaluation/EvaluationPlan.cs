using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>The episodes of an evaluation, numbered before the first step; several threads may take them.</summary>
/// <param name="options">What is evaluated; checked.</param>
internal sealed class EvaluationPlan(EvaluationOptions options)
{
    private readonly EvaluatedEpisode[] _results = new EvaluatedEpisode[options.Episodes];
    private int _next;

    /// <summary>Gets the number of episodes.</summary>
    public int Count => _results.Length;

    /// <summary>Gets how the policy chooses.</summary>
    public ActMode Mode => options.Mode;

    /// <summary>Takes the next episode.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>Whether there was one left.</returns>
    public bool TryTake(out int number)
    {
        number = Interlocked.Increment(ref _next) - 1;
        return number < _results.Length;
    }

    /// <summary>Gets an episode's own random stream for its environment.</summary>
    /// <param name="number">The episode's number.</param>
    /// <returns>The stream.</returns>
    public RandomStream EnvironmentStream(int number) => new(options.Seed, (ulong)number * 2);

    /// <summary>Gets an episode's own random stream for its policy.</summary>
    /// <param name="number">The episode's number.</param>
    /// <returns>The stream.</returns>
    public RandomStream PolicyStream(int number) => new(options.Seed, ((ulong)number * 2) + 1);

    /// <summary>Takes in how an episode went.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="episode">How it went.</param>
    public void Record(int number, EvaluatedEpisode episode) => _results[number] = episode;

    /// <summary>Sums the episodes up, once all of them have ended.</summary>
    /// <param name="policyVersion">The policy's version.</param>
    /// <returns>How the policy did.</returns>
    public EvaluationResult Summarize(long policyVersion) => new(
        policyVersion,
        Interval.OfShare(_results.Count(episode => episode.IsSuccess), _results.Length),
        Interval.OfMean(Array.ConvertAll(_results, episode => episode.Return)),
        _results.Average(episode => (double)episode.Length),
        [.. _results]);
}
