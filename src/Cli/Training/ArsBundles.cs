using MemoryRL.Client;
using MemoryRL.Environments;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>Makes policy bundles of linear policies.</summary>
internal static class ArsBundles
{
    /// <summary>Makes a bundle.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="task">Its task.</param>
    /// <param name="version">The version.</param>
    /// <returns>The bundle, which also names the task.</returns>
    public static byte[] Create(ArsPolicy policy, EnvironmentSpec task, long version)
    {
        var bundle = new GaussianActorWeights
        {
            Layers = [new GaussianActorLayer(Floats([.. policy.Weights]), new float[task.Experience.Action.ElementCount])],
            ObservationMean = Floats([.. policy.Mean]),
            ObservationDeviation = Floats([.. policy.Deviation]),
        }.ToBundle(GaussianActorPolicyFactory.RandomSearch, version, task.Experience);
        bundle.Metadata["task"] = task.Name;
        return bundle.ToArray();
    }

    private static float[] Floats(double[] values) => Array.ConvertAll(values, value => (float)value);
}
