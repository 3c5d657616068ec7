using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <summary>Puts several batches, such as those of a memory's shards, into one; a single batch is passed on as it is.</summary>
public static class BatchJoin
{
    /// <summary>Joins transitions, column by column.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="batches">The batches, at least one.</param>
    /// <returns>One batch with all rows, in order.</returns>
    public static TransitionBatch Join(ExperienceSpec spec, IReadOnlyList<TransitionBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(batches);
        if (batches.Count == 1)
        {
            return batches[0];
        }

        var layout = new TransitionLayout(spec, batches.Sum(batch => batch.Count));
        var join = new Columns(layout.ByteCount);
        foreach (var batch in batches)
        {
            join.Add(batch.Observations, layout.Observations, spec.Observation.ByteCount);
            join.Add(batch.Actions, layout.Actions, spec.Action.ByteCount);
            join.Add(MemoryMarshal.AsBytes(batch.Rewards), layout.Rewards, sizeof(float));
            join.Add(batch.NextObservations, layout.NextObservations, spec.Observation.ByteCount);
            join.Add(batch.Terminated, layout.Terminated, 1);
            join.Add(batch.Truncated, layout.Truncated, 1);
            join.Add(MemoryMarshal.AsBytes(batch.PolicyVersions), layout.PolicyVersions, sizeof(long));
            for (var i = 0; i < spec.ExtraColumns.Length; i++)
            {
                join.Add(batch.Extra(i), layout.Extra(i), spec.ExtraColumns[i].ByteCount);
            }

            join.Row += batch.Count;
        }

        return TransitionBatch.FromBuffer(spec, layout.Count, join.Data);
    }

    /// <summary>Joins planned transitions, column by column.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="batches">The batches, at least one.</param>
    /// <returns>One batch with all rows, in order.</returns>
    public static PlannedBatch Join(ExperienceSpec spec, IReadOnlyList<PlannedBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(batches);
        if (batches.Count == 1)
        {
            return batches[0];
        }

        var joined = new PlannedBatch(spec, batches.Sum(batch => batch.Count));
        Join(spec, [.. batches.Select(batch => batch.Transitions)]).Data.Span.CopyTo(joined.Transitions.Buffer);
        var row = 0;
        foreach (var batch in batches)
        {
            batch.Targets.CopyTo(joined.TargetBuffer[(row * PlannedBatch.TargetCount)..]);
            batch.Versions.CopyTo(joined.VersionBuffer[row..]);
            row += batch.Count;
        }

        return joined;
    }

    /// <summary>Joins sequences of equal length, column by column.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="batches">The batches, at least one.</param>
    /// <returns>One batch with all sequences, in order.</returns>
    public static SequenceBatch Join(ExperienceSpec spec, IReadOnlyList<SequenceBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(batches);
        if (batches.Count == 1)
        {
            return batches[0];
        }

        var length = batches[0].Length;
        var layout = new SequenceLayout(spec, batches.Sum(batch => batch.Count), length);
        var join = new Columns(layout.ByteCount);
        foreach (var batch in batches)
        {
            join.Add(batch.Observations, layout.Observations, spec.Observation.ByteCount * (length + 1));
            join.Add(batch.Actions, layout.Actions, spec.Action.ByteCount * length);
            join.Add(MemoryMarshal.AsBytes(batch.Rewards), layout.Rewards, sizeof(float) * length);
            join.Add(batch.Terminated, layout.Terminated, length);
            join.Add(batch.Truncated, layout.Truncated, length);
            join.Add(batch.PaddingMask, layout.PaddingMask, length);
            join.Add(MemoryMarshal.AsBytes(batch.StepIndexes), layout.StepIndexes, sizeof(int));
            join.Add(MemoryMarshal.AsBytes(batch.PolicyVersions), layout.PolicyVersions, sizeof(long) * length);
            for (var i = 0; i < spec.ExtraColumns.Length; i++)
            {
                join.Add(batch.Extra(i), layout.Extra(i), spec.ExtraColumns[i].ByteCount * length);
            }

            join.Row += batch.Count;
        }

        return SequenceBatch.FromBuffer(spec, layout.Count, length, join.Data);
    }

    private sealed class Columns(int byteCount)
    {
        public byte[] Data { get; } = new byte[byteCount];

        public int Row { get; set; }

        public void Add(ReadOnlySpan<byte> column, Range range, int bytesPerRow) => column.CopyTo(Data.AsSpan(range)[(Row * bytesPerRow)..]);
    }
}
