namespace MemoryRL.Grains.Interfaces;

/// <summary>What a block of columns holds. The numbers travel.</summary>
[GenerateSerializer, Alias("memoryrl.ColumnsKind")]
public enum ColumnsKind
{
    /// <summary>One episode; the count is its number of steps.</summary>
    Episode = 0,

    /// <summary>A batch of transitions; the count is their number.</summary>
    Transitions = 1,

    /// <summary>A batch of sequences of equal length; the count is their number.</summary>
    Sequences = 2,

    /// <summary>A file in Safetensors form: a policy bundle or a checkpoint; the count is 1.</summary>
    Safetensors = 3,

    /// <summary>A batch of transitions with their planned targets; the count is their number.</summary>
    PlannedTransitions = 4,
}
