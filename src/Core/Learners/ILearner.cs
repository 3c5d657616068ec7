namespace MemoryRL.Core;

/// <summary>
/// A learner: plain synchronous code over batches. It knows no grain, file or thread; whoever feeds it calls it from one thread at a time.
/// Resuming from <see cref="Save"/> and <see cref="Load"/> equals never having stopped: networks, optimiser, schedules and random state.
/// </summary>
public interface ILearner : IDisposable
{
    /// <summary>Gets the number of updates (gradient steps) done so far.</summary>
    long UpdateCount { get; }

    /// <summary>Gets what the next <see cref="Update"/> wants to be fed.</summary>
    DataRequest NextRequest { get; }

    /// <summary>Learns from one batch: one or more gradient steps.</summary>
    /// <param name="batch">What <see cref="NextRequest"/> asked for.</param>
    /// <returns>Named metrics of this update, such as losses.</returns>
    IReadOnlyList<Metric> Update(LearnerBatch batch);

    /// <summary>Adds the whole state of the learner to a checkpoint.</summary>
    /// <param name="checkpoint">Where tensors and metadata go.</param>
    void Save(SafetensorsBuilder checkpoint);

    /// <summary>Restores the whole state from a checkpoint.</summary>
    /// <param name="checkpoint">What <see cref="Save"/> wrote.</param>
    /// <exception cref="SafetensorsFormatException">A tensor or metadata entry is missing or has another shape; the message names it.</exception>
    void Load(SafetensorsDocument checkpoint);

    /// <summary>Makes the policy bundle that agents act with now: the networks needed to act, with metadata that names the algorithm and the spaces.</summary>
    /// <param name="version">The version that the bundle will be published as.</param>
    /// <returns>The bundle in Safetensors form, readable by the algorithm's <see cref="IPolicyFactory"/>.</returns>
    ReadOnlyMemory<byte> CreatePolicyBundle(long version);
}
