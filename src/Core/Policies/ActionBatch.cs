namespace MemoryRL.Core;

/// <summary>Where a policy writes what it chose for a batch of agents; made once and used again.</summary>
/// <param name="capacity">The largest number of agents in a batch, at least 1.</param>
/// <param name="action">The action space.</param>
public sealed class ActionBatch(int capacity, Space action)
{
    /// <summary>Gets the largest number of agents.</summary>
    public int Capacity { get; } = capacity >= 1 ? capacity : throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "Expected a capacity of 1 or more.");

    /// <summary>Gets the actions, <c>[capacity, ...actShape]</c> as bytes.</summary>
    public byte[] Actions { get; } = new byte[capacity * (action ?? throw new ArgumentNullException(nameof(action))).ByteCount];

    /// <summary>
    /// Gets the natural-log probability of each action under the explorer, also where the memory's advice was taken, <c>[capacity]</c>; for a box
    /// the density in the learner's own units; 0 where the mode is greedy.
    /// </summary>
    public float[] LogProbabilities { get; } = new float[capacity];

    /// <summary>Gets the memory's confidence in its advice in [0, 1], <c>[capacity]</c>; NaN where the algorithm gives none.</summary>
    public float[] Confidences { get; } = new float[capacity];

    /// <summary>Gets who chose each action, <c>[capacity]</c>.</summary>
    public ActionSource[] Sources { get; } = new ActionSource[capacity];
}
