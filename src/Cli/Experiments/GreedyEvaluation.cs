using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>Plays episodes greedily with a frozen policy; all at once, so that the policy acts on batches.</summary>
public static class GreedyEvaluation
{
    private const ulong EnvironmentStreams = 0x45_0000_0000;
    private const ulong PolicyStreams = 0x46_0000_0000;

    /// <summary>Plays episodes.</summary>
    /// <param name="task">The task; its limit must end every episode.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="episodes">The number of episodes, at least 1.</param>
    /// <param name="seed">The seed of the episodes; the same seed starts them alike.</param>
    /// <returns>What they came to.</returns>
    public static EvaluationResult Run(EnvironmentEntry task, IPolicy policy, int episodes, long seed)
    {
        var spec = task.Spec.Experience;
        var (observationBytes, actionBytes) = (spec.Observation.ByteCount, spec.Action.ByteCount);
        var environments = new IEnvironment[episodes];
        var observations = new byte[episodes * observationBytes];
        var randoms = new RandomStream[episodes];
        var returns = new double[episodes];
        var running = new int[episodes];
        for (var i = 0; i < episodes; i++)
        {
            environments[i] = task.Create();
            environments[i].Seed(new RandomStream((ulong)seed, EnvironmentStreams + (ulong)i));
            environments[i].Reset(observations.AsSpan(i * observationBytes, observationBytes));
            randoms[i] = new RandomStream((ulong)seed, PolicyStreams + (ulong)i);
            running[i] = i;
        }

        var actions = new ActionBatch(episodes, spec.Action);
        for (var count = episodes; count > 0;)
        {
            policy.Act(observations.AsSpan(0, count * observationBytes), ActMode.Greedy, randoms.AsSpan(0, count), actions);
            var kept = 0;
            for (var row = 0; row < count; row++)
            {
                var episode = running[row];
                var observation = observations.AsSpan(row * observationBytes, observationBytes);
                var step = environments[episode].Step(actions.Actions.AsSpan(row * actionBytes, actionBytes), observation);
                returns[episode] += step.Reward;
                if (!step.Terminated && !step.Truncated)
                {
                    // Rows of running episodes close ranks, so that the next batch holds them alone.
                    observation.CopyTo(observations.AsSpan(kept * observationBytes));
                    randoms[kept] = randoms[row];
                    running[kept++] = episode;
                }
            }

            count = kept;
        }

        return new EvaluationResult(episodes, (double)returns.Count(task.Spec.IsSuccess) / episodes, returns.Average());
    }
}
