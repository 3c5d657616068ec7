using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

/// <summary>What every learner on data answers to a checkpoint that is not a whole one of its own.</summary>
internal static class CheckpointRefusals
{
    /// <summary>Checks that each tensor and entry is named when it lacks, and that another learner's checkpoint is told by its algorithm.</summary>
    public static void Check(ILearner learner, ILearnerFactory another)
    {
        var whole = SafetensorsDocument.Parse(Samples.Checkpoint(learner), "whole");
        foreach (var name in whole.Tensors.Select(tensor => tensor.Name).Concat(whole.Metadata.Keys))
        {
            var error = Assert.Throws<SafetensorsFormatException>(() => learner.Load(Samples.Without(whole, name)));
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }

        using var other = another.Create(Samples.Settings(Samples.Box));
        Assert.Contains("algorithm", Assert.Throws<SafetensorsFormatException>(() => learner.Load(SafetensorsDocument.Parse(Samples.Checkpoint(other), "another's"))).Message, StringComparison.Ordinal);
    }
}
