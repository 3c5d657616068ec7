using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <summary>
/// A batch of sequences of equal length as columns over one buffer, made once and filled again and again, or wrapped around bytes that arrived.
/// A sequence that reaches its episode's end is padded with zeros.
/// </summary>
public sealed class SequenceBatch
{
    private readonly SequenceLayout _layout;
    private readonly Memory<byte> _data;

    /// <summary>Initializes a batch to be filled.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="count">The number of sequences <c>B</c>, at least 0.</param>
    /// <param name="length">The number of steps <c>L</c> of each, at least 1.</param>
    public SequenceBatch(ExperienceSpec spec, int count, int length)
    {
        Spec = spec;
        _layout = new SequenceLayout(spec, count, length);
        _data = new byte[_layout.ByteCount];
        IsWritable = true;
    }

    private SequenceBatch(ExperienceSpec spec, SequenceLayout layout, ReadOnlyMemory<byte> data)
    {
        Spec = spec;
        _layout = layout;
        _data = MemoryMarshal.AsMemory(data);
    }

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec { get; }

    /// <summary>Gets the number of sequences <c>B</c>.</summary>
    public int Count => _layout.Count;

    /// <summary>Gets the number of steps <c>L</c> of each sequence, padding included.</summary>
    public int Length => _layout.Length;

    /// <summary>Gets the whole buffer, laid out as <see cref="SequenceLayout"/> says.</summary>
    public ReadOnlyMemory<byte> Data => _data;

    /// <summary>Gets the observations, <c>[B, L + 1, ...obsShape]</c> as bytes; behind <c>n</c> real steps lie <c>n + 1</c> real observations.</summary>
    public ReadOnlySpan<byte> Observations => _data.Span[_layout.Observations];

    /// <summary>Gets the actions, <c>[B, L, ...actShape]</c> as bytes.</summary>
    public ReadOnlySpan<byte> Actions => _data.Span[_layout.Actions];

    /// <summary>Gets the rewards, <c>[B, L]</c>.</summary>
    public ReadOnlySpan<float> Rewards => MemoryMarshal.Cast<byte, float>(_data.Span[_layout.Rewards]);

    /// <summary>Gets 1 where the step ended the task, else 0, <c>[B, L]</c>.</summary>
    public ReadOnlySpan<byte> Terminated => _data.Span[_layout.Terminated];

    /// <summary>Gets 1 where a time limit cut the episode after the step, else 0, <c>[B, L]</c>.</summary>
    public ReadOnlySpan<byte> Truncated => _data.Span[_layout.Truncated];

    /// <summary>Gets 1 where there is a step and 0 where there is padding, <c>[B, L]</c>.</summary>
    public ReadOnlySpan<byte> PaddingMask => _data.Span[_layout.PaddingMask];

    /// <summary>Gets the place of each sequence's first step in its episode, <c>[B]</c>.</summary>
    public ReadOnlySpan<int> StepIndexes => MemoryMarshal.Cast<byte, int>(_data.Span[_layout.StepIndexes]);

    /// <summary>Gets the behaviour policy's version at each step, <c>[B, L]</c>.</summary>
    public ReadOnlySpan<long> PolicyVersions => MemoryMarshal.Cast<byte, long>(_data.Span[_layout.PolicyVersions]);

    /// <summary>Gets whether the batch owns its buffer, so that it may be filled.</summary>
    internal bool IsWritable { get; }

    /// <summary>Gets where each column lies in the buffer.</summary>
    internal SequenceLayout Layout => _layout;

    /// <summary>Gets the buffer to fill.</summary>
    internal Span<byte> Buffer => _data.Span;

    /// <summary>Gets an extra column, <c>[B, L, ...]</c> as bytes.</summary>
    /// <param name="column">The index of the column in the spec's extra columns.</param>
    /// <returns>The column's bytes.</returns>
    public ReadOnlySpan<byte> Extra(int column) => _data.Span[_layout.Extra(column)];

    /// <summary>Wraps bytes that arrived from elsewhere, copying nothing.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="count">The number of sequences.</param>
    /// <param name="length">The number of steps of each.</param>
    /// <param name="data">The bytes; nobody changes them again.</param>
    /// <returns>The batch.</returns>
    /// <exception cref="InvalidExperienceException">The bytes are not those of so many sequences.</exception>
    public static SequenceBatch FromBuffer(ExperienceSpec spec, int count, int length, ReadOnlyMemory<byte> data)
    {
        var layout = new SequenceLayout(spec, count, length);
        InvalidExperienceException.ThrowUnless(data.Length == layout.ByteCount, "batch.data", $"{layout.ByteCount} bytes for {count} sequences of {length} steps", data.Length);
        return new SequenceBatch(spec, layout, data);
    }

    /// <summary>Checks that a store may fill the batch.</summary>
    /// <param name="spec">The store's spec.</param>
    /// <exception cref="InvalidExperienceException">The batch is of another spec.</exception>
    /// <exception cref="InvalidOperationException">The batch wraps bytes of somebody else.</exception>
    internal void CheckFillable(ExperienceSpec spec) => TransitionBatch.CheckFillable(spec, Spec, IsWritable);
}
