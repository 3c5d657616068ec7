using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Fresh episodes as plain columns, ready for the explorer: <c>N</c> steps and, behind each episode's steps, its last observation.</summary>
internal sealed class PpoRollout
{
    // In units of the returns' deviation; our choice.
    private const double LeastAdvantageDeviation = 0.1;

    private readonly ExperienceSpec _spec;
    private readonly ObservationEncoder _observation;

    /// <summary>Initializes a rollout from episodes.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="episodes">The episodes, at least one.</param>
    /// <param name="observation">The observations' encoder.</param>
    /// <param name="action">The actions' encoder.</param>
    /// <param name="rule">Which steps the policy term uses.</param>
    /// <exception cref="InvalidExperienceException">There is no episode, or one has another spec.</exception>
    public PpoRollout(ExperienceSpec spec, IReadOnlyList<Episode> episodes, ObservationEncoder observation, ActionEncoder action, PolicyTermRule rule)
    {
        InvalidExperienceException.ThrowUnless(episodes.Count > 0, "batch.fresh", "1 or more episodes", episodes.Count);
        _spec = spec;
        _observation = observation;
        Episodes = episodes;
        foreach (var episode in episodes)
        {
            InvalidExperienceException.ThrowUnless(episode.Spec.Fingerprint == spec.Fingerprint, "batch.fresh.spec", $"fingerprint {spec.Fingerprint:x16}", $"{episode.Spec.Fingerprint:x16}");
            StepCount += episode.Length;
        }

        Observations = new float[(StepCount + episodes.Count) * observation.FeatureCount];
        Actions = new float[StepCount * action.Width];
        ObservationRows = new long[StepCount];
        LogProbabilities = new float[StepCount];
        PolicyTermWeights = new float[StepCount];
        Advantages = new float[StepCount];
        Returns = new float[StepCount];
        Fill(action, rule);
    }

    /// <summary>Gets the episodes.</summary>
    public IReadOnlyList<Episode> Episodes { get; }

    /// <summary>Gets the number of steps <c>N</c>.</summary>
    public int StepCount { get; }

    /// <summary>Gets the features of all observations, <c>[N + episodes, features]</c>.</summary>
    public float[] Observations { get; }

    /// <summary>Gets the row in <see cref="Observations"/> of each step's observation, <c>[N]</c>.</summary>
    public long[] ObservationRows { get; }

    /// <summary>Gets the features of the actions, <c>[N, width]</c>.</summary>
    public float[] Actions { get; }

    /// <summary>Gets the behaviour policy's log-probabilities, <c>[N]</c>.</summary>
    public float[] LogProbabilities { get; }

    /// <summary>Gets 1 for each step that the policy term uses, else 0, <c>[N]</c>.</summary>
    public float[] PolicyTermWeights { get; }

    /// <summary>Gets the number of steps that the policy term uses.</summary>
    public int PolicyTermCount { get; private set; }

    /// <summary>Gets the share of the steps in which the memory acted, in [0, 1].</summary>
    public double MemoryShare { get; private set; }

    /// <summary>Gets the share of the episodes that terminated, in [0, 1].</summary>
    public double TerminatedShare { get; private set; }

    /// <summary>Gets the mean undiscounted return of the episodes.</summary>
    public double MeanReturn { get; private set; }

    /// <summary>Gets the advantages, <c>[N]</c>; <see cref="Estimate"/> fills them.</summary>
    public float[] Advantages { get; }

    /// <summary>Gets the value targets, <c>[N]</c>; <see cref="Estimate"/> fills them.</summary>
    public float[] Returns { get; }

    /// <summary>Estimates advantages and value targets, and standardises the advantages over the steps of the policy term.</summary>
    /// <param name="values">The values of all observations, <c>[N + episodes]</c>.</param>
    /// <param name="rewardScale">What every reward is divided by.</param>
    /// <param name="options">Discount and trace decay.</param>
    public void Estimate(ReadOnlySpan<float> values, double rewardScale, PpoOptions options)
    {
        var start = 0;
        for (var i = 0; i < Episodes.Count; i++)
        {
            var episode = Episodes[i];
            GeneralizedAdvantage.Compute(
                episode.Rewards,
                values.Slice(start + i, episode.Length + 1),
                episode.End == EpisodeEnd.Terminated,
                rewardScale,
                options.Discount,
                options.TraceDecay,
                Advantages.AsSpan(start, episode.Length),
                Returns.AsSpan(start, episode.Length));
            start += episode.Length;
        }

        Standardize();
    }

    private void Standardize()
    {
        var (sum, squares) = (0.0, 0.0);
        for (var i = 0; i < StepCount; i++)
        {
            sum += PolicyTermWeights[i] * (double)Advantages[i];
        }

        var mean = sum / Math.Max(PolicyTermCount, 1);
        for (var i = 0; i < StepCount; i++)
        {
            var difference = Advantages[i] - mean;
            squares += PolicyTermWeights[i] * difference * difference;
        }

        // Without the floor, an update that saw no reward would blow the value network's noise up to full strength and drift away from exploring.
        var deviation = Math.Max(Math.Sqrt(squares / Math.Max(PolicyTermCount, 1)), LeastAdvantageDeviation);
        for (var i = 0; i < StepCount; i++)
        {
            Advantages[i] = (float)((Advantages[i] - mean) / deviation);
        }
    }

    private void Fill(ActionEncoder action, PolicyTermRule rule)
    {
        var logProbabilityColumn = _spec.ExtraColumns.IndexOf(ColumnSpec.BehaviorLogProbability);
        var sourceColumn = _spec.ExtraColumns.IndexOf(ColumnSpec.ActionSource);
        var (start, memorySteps, terminated, returns) = (0, 0, 0, 0.0);
        for (var i = 0; i < Episodes.Count; i++)
        {
            var episode = Episodes[i];
            var features = _observation.FeatureCount;
            _observation.Encode(episode.Observations, Observations.AsSpan((start + i) * features, (episode.Length + 1) * features));
            action.Encode(episode.Actions, Actions.AsSpan(start * action.Width, episode.Length * action.Width));
            MemoryMarshal.Cast<byte, float>(episode.Extra(logProbabilityColumn)).CopyTo(LogProbabilities.AsSpan(start));
            var sources = episode.Extra(sourceColumn);
            for (var t = 0; t < sources.Length; t++)
            {
                var source = (ActionSource)sources[t];
                var used = source == ActionSource.Explorer || (source == ActionSource.Memory && rule == PolicyTermRule.ClippedRatio);
                ObservationRows[start + t] = start + i + t;
                PolicyTermWeights[start + t] = used ? 1 : 0;
                PolicyTermCount += used ? 1 : 0;
                memorySteps += source == ActionSource.Memory ? 1 : 0;
            }

            start += episode.Length;
            terminated += episode.End == EpisodeEnd.Terminated ? 1 : 0;
            returns += episode.Return;
        }

        MemoryShare = (double)memorySteps / StepCount;
        TerminatedShare = (double)terminated / Episodes.Count;
        MeanReturn = returns / Episodes.Count;
    }
}
