using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <summary>A batch of transitions as columns over one buffer, made once and filled again and again, or wrapped around bytes that arrived.</summary>
public sealed class TransitionBatch
{
    private readonly TransitionLayout _layout;
    private readonly Memory<byte> _data;

    /// <summary>Initializes a batch to be filled.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="count">The number of transitions, at least 0.</param>
    public TransitionBatch(ExperienceSpec spec, int count)
    {
        Spec = spec;
        _layout = new TransitionLayout(spec, count);
        _data = new byte[_layout.ByteCount];
        IsWritable = true;
    }

    private TransitionBatch(ExperienceSpec spec, TransitionLayout layout, ReadOnlyMemory<byte> data, bool isWritable = false)
    {
        Spec = spec;
        _layout = layout;
        _data = MemoryMarshal.AsMemory(data);
        IsWritable = isWritable;
    }

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec { get; }

    /// <summary>Gets the number of transitions <c>B</c>.</summary>
    public int Count => _layout.Count;

    /// <summary>Gets the whole buffer, laid out as <see cref="TransitionLayout"/> says.</summary>
    public ReadOnlyMemory<byte> Data => _data;

    /// <summary>Gets the observations, <c>[B, ...obsShape]</c> as bytes.</summary>
    public ReadOnlySpan<byte> Observations => _data.Span[_layout.Observations];

    /// <summary>Gets the actions, <c>[B, ...actShape]</c> as bytes.</summary>
    public ReadOnlySpan<byte> Actions => _data.Span[_layout.Actions];

    /// <summary>Gets the rewards, <c>[B]</c>.</summary>
    public ReadOnlySpan<float> Rewards => MemoryMarshal.Cast<byte, float>(_data.Span[_layout.Rewards]);

    /// <summary>Gets the next observations, <c>[B, ...obsShape]</c> as bytes.</summary>
    public ReadOnlySpan<byte> NextObservations => _data.Span[_layout.NextObservations];

    /// <summary>Gets 1 where the step ended the task, else 0, <c>[B]</c>.</summary>
    public ReadOnlySpan<byte> Terminated => _data.Span[_layout.Terminated];

    /// <summary>Gets 1 where a time limit cut the episode after the step, else 0, <c>[B]</c>.</summary>
    public ReadOnlySpan<byte> Truncated => _data.Span[_layout.Truncated];

    /// <summary>Gets the behaviour policy's version at each step, <c>[B]</c>.</summary>
    public ReadOnlySpan<long> PolicyVersions => MemoryMarshal.Cast<byte, long>(_data.Span[_layout.PolicyVersions]);

    /// <summary>Gets whether the batch owns its buffer, so that it may be filled.</summary>
    internal bool IsWritable { get; }

    /// <summary>Gets where each column lies in the buffer.</summary>
    internal TransitionLayout Layout => _layout;

    /// <summary>Gets the buffer to fill.</summary>
    internal Span<byte> Buffer => _data.Span;

    /// <summary>Gets an extra column, <c>[B, ...]</c> as bytes.</summary>
    /// <param name="column">The index of the column in the spec's extra columns.</param>
    /// <returns>The column's bytes.</returns>
    public ReadOnlySpan<byte> Extra(int column) => _data.Span[_layout.Extra(column)];

    /// <summary>Wraps bytes that arrived from elsewhere, copying nothing.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="count">The number of transitions.</param>
    /// <param name="data">The bytes; nobody changes them again.</param>
    /// <returns>The batch.</returns>
    /// <exception cref="InvalidExperienceException">The bytes are not those of <paramref name="count"/> transitions.</exception>
    public static TransitionBatch FromBuffer(ExperienceSpec spec, int count, ReadOnlyMemory<byte> data)
    {
        var layout = new TransitionLayout(spec, count);
        InvalidExperienceException.ThrowUnless(data.Length == layout.ByteCount, "batch.data", $"{layout.ByteCount} bytes for {count} transitions", data.Length);
        return new TransitionBatch(spec, layout, data);
    }

    /// <summary>Checks that a store may fill a batch.</summary>
    /// <param name="storeSpec">The store's spec.</param>
    /// <param name="batchSpec">The batch's spec.</param>
    /// <param name="isWritable">Whether the batch owns its buffer.</param>
    /// <exception cref="InvalidExperienceException">The batch is of another spec.</exception>
    /// <exception cref="InvalidOperationException">The batch wraps bytes of somebody else.</exception>
    internal static void CheckFillable(ExperienceSpec storeSpec, ExperienceSpec batchSpec, bool isWritable)
    {
        if (!ReferenceEquals(batchSpec, storeSpec) && batchSpec.Fingerprint != storeSpec.Fingerprint)
        {
            throw new InvalidExperienceException("batch.spec", storeSpec.ToString(), batchSpec.ToString());
        }

        if (!isWritable)
        {
            throw new InvalidOperationException("Expected a batch that owns its buffer but got one that wraps bytes of somebody else.");
        }
    }

    /// <summary>Makes a batch to be filled over a part of a larger one's buffer.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="count">The number of transitions.</param>
    /// <param name="data">The part, of exactly the bytes that they take.</param>
    /// <returns>The batch.</returns>
    internal static TransitionBatch Over(ExperienceSpec spec, int count, Memory<byte> data) => new(spec, new TransitionLayout(spec, count), data, isWritable: true);

    /// <summary>Checks that a store may fill the batch.</summary>
    /// <param name="spec">The store's spec.</param>
    /// <exception cref="InvalidExperienceException">The batch is of another spec.</exception>
    /// <exception cref="InvalidOperationException">The batch wraps bytes of somebody else.</exception>
    internal void CheckFillable(ExperienceSpec spec) => CheckFillable(spec, Spec, IsWritable);
}
