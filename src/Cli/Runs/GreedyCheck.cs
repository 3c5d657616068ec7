using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>Replays a run's newest policy greedily, on a thread of its own, while the agents go on exploring.</summary>
/// <param name="parameters">The run.</param>
/// <param name="work">The run's work.</param>
internal sealed class GreedyCheck(RunParameters parameters, RunWork work)
{
    /// <summary>How many episodes a check has.</summary>
    public const int Episodes = 500;

    // The same episodes in every check and in no rollout: two checks differ by the policy alone.
    private const ulong EpisodeSeed = 0x6EED_0000_0000;

    private readonly AlgorithmEntry _algorithm = AlgorithmCatalog.Find(parameters.Algorithm);

    /// <summary>Checks the newest policy.</summary>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>How it did; null where there is no policy yet.</returns>
    public async Task<EvaluationResult?> RunAsync(CancellationToken cancellationToken)
    {
        if (_algorithm.Policy is null || await work.GetPolicyAsync() is not { } bundle)
        {
            return null;
        }

        var task = EnvironmentRegistry.Find(parameters.Task);
        return await Task.Run(
            () =>
            {
                using var policy = _algorithm.PolicyOf(parameters.ActsOnMemory ? PolicyView.Ensemble : PolicyView.Explorer).Create(bundle.Weights.Data);
                return GreedyEvaluation.Run(task.Create, policy, new EvaluationOptions { Episodes = Episodes, Seed = EpisodeSeed, Mode = ActMode.Greedy }, cancellationToken);
            },
            cancellationToken);
    }
}
