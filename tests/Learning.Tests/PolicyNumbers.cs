using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

/// <summary>What a learner's policy does on the line of <see cref="RivalSamples.Line"/>.</summary>
internal static class PolicyNumbers
{
    /// <summary>The greedy action at a place.</summary>
    public static double MeanAt(ILearner learner, float place)
    {
        var bundle = learner.CreatePolicyBundle(1);
        using var policy = new GaussianActorPolicyFactory(SafetensorsDocument.Parse(bundle, "bundle").Metadata["algorithm"]).Create(bundle);
        var actions = new ActionBatch(1, RivalSamples.Line.Action);
        policy.Act(MemoryMarshal.AsBytes(new ReadOnlySpan<float>(in place)), ActMode.Greedy, new RandomStream[1], actions);
        return MemoryMarshal.Read<float>(actions.Actions);
    }

    /// <summary>The deviation of the policy's samples.</summary>
    public static double Deviation(ILearner learner) =>
        Math.Exp(SafetensorsDocument.Parse(learner.CreatePolicyBundle(1), "bundle")["actor.log_deviation"].Values<float>()[0]);
}
