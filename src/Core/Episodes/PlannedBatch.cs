using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <summary>A batch of transitions with the targets that were planned for them inside the memory, over one buffer.</summary>
/// <remarks>The buffer holds the transitions as <see cref="TransitionLayout"/> lays them out, then the targets, <c>[B, 2]</c> float32, then the versions, <c>[B]</c> int64.</remarks>
public sealed class PlannedBatch
{
    /// <summary>The number of targets of a step: one for each pair of values.</summary>
    public const int TargetCount = 2;

    private readonly Memory<byte> _data;
    private readonly Range _targets;
    private readonly Range _versions;

    /// <summary>Initializes a batch to be filled.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="count">The number of transitions, at least 0.</param>
    public PlannedBatch(ExperienceSpec spec, int count)
        : this(spec, count, new byte[ByteCountOf(spec, count)], isWritable: true)
    {
    }

    private PlannedBatch(ExperienceSpec spec, int count, Memory<byte> data, bool isWritable)
    {
        var transitions = new TransitionLayout(spec, count).ByteCount;
        var columns = new ColumnCursor("batch.count", transitions);
        _targets = columns.Take(count, TargetCount * sizeof(float));
        _versions = columns.Take(count, sizeof(long));
        InvalidExperienceException.ThrowUnless(data.Length == columns.Offset, "batch.data", $"{columns.Offset} bytes for {count} planned transitions", data.Length);
        _data = data;
        Transitions = isWritable ? TransitionBatch.Over(spec, count, data[..transitions]) : TransitionBatch.FromBuffer(spec, count, data[..transitions]);
    }

    /// <summary>Gets the transitions.</summary>
    public TransitionBatch Transitions { get; }

    /// <summary>Gets the number of transitions <c>B</c>.</summary>
    public int Count => Transitions.Count;

    /// <summary>Gets the whole buffer.</summary>
    public ReadOnlyMemory<byte> Data => _data;

    /// <summary>Gets the targets <c>R0</c> and <c>R1</c> of each transition, <c>[B, 2]</c>, in units of the plan's scaled rewards.</summary>
    public ReadOnlySpan<float> Targets => TargetBuffer;

    /// <summary>Gets the version of the plan that each transition's targets are of, <c>[B]</c>; 0 where there was none.</summary>
    public ReadOnlySpan<long> Versions => VersionBuffer;

    /// <summary>Gets the targets to fill.</summary>
    internal Span<float> TargetBuffer => MemoryMarshal.Cast<byte, float>(_data.Span[_targets]);

    /// <summary>Gets the versions to fill.</summary>
    internal Span<long> VersionBuffer => MemoryMarshal.Cast<byte, long>(_data.Span[_versions]);

    /// <summary>Wraps bytes that arrived from elsewhere, copying nothing.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="count">The number of transitions.</param>
    /// <param name="data">The bytes; nobody changes them again.</param>
    /// <returns>The batch.</returns>
    /// <exception cref="InvalidExperienceException">The bytes are not those of <paramref name="count"/> planned transitions.</exception>
    public static PlannedBatch FromBuffer(ExperienceSpec spec, int count, ReadOnlyMemory<byte> data) => new(spec, count, MemoryMarshal.AsMemory(data), isWritable: false);

    private static int ByteCountOf(ExperienceSpec spec, int count)
    {
        var columns = new ColumnCursor("batch.count", new TransitionLayout(spec, count).ByteCount);
        _ = columns.Take(count, TargetCount * sizeof(float));
        _ = columns.Take(count, sizeof(long));
        return columns.Offset;
    }
}
