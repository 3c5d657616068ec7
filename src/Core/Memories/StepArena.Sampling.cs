using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace MemoryRL.Core;

/// <content>Uniform sampling, gathered straight into the caller's batch. Nothing is allocated.</content>
public sealed partial class StepArena
{
    // While one group of rows is gathered the next is on its way from memory; two groups fit the first-level cache.
    private const int GatherRows = 32;
    private const int CacheLineBytes = 64;

    // Beyond these lines a row is so long that the hardware's own prefetching has caught on.
    private const int MaxPrefetchBytes = 8 * CacheLineBytes;

    private readonly int _prefetchBytes;

    /// <summary>Fills a batch with transitions, each drawn uniformly over the steps held, with replacement.</summary>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="batch">The batch to fill.</param>
    /// <exception cref="InvalidOperationException">The arena holds no step, or the batch wraps bytes of somebody else.</exception>
    /// <exception cref="InvalidExperienceException">The batch is of another spec.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SampleTransitions(ref RandomStream random, TransitionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.CheckFillable(Spec);
        CheckNotEmpty();
        var tail = TailRow;
        var span = _headRow - tail;
        var local = random;
        Span<nint> current = stackalloc nint[GatherRows];
        Span<nint> next = stackalloc nint[GatherRows];
        Draw(ref local, tail, span, current[..Math.Min(GatherRows, batch.Count)]);
        for (var first = 0; first < batch.Count; first += GatherRows)
        {
            var count = Math.Min(GatherRows, batch.Count - first);
            Draw(ref local, tail, span, next[..Math.Clamp(batch.Count - first - count, 0, GatherRows)]);
            Gather(current[..count], batch, first);
            var gathered = current;
            current = next;
            next = gathered;
        }

        random = local;
        _sampledRows += batch.Count;
        GC.KeepAlive(this);
    }

    /// <summary>
    /// Fills a batch with sequences whose first step is drawn uniformly over the steps held, with replacement. A sequence ends with its episode
    /// and is padded with zeros.
    /// </summary>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="batch">The batch to fill.</param>
    /// <remarks>Drawing the first step rather than a whole window keeps episodes shorter than a sequence in the sample (our choice).</remarks>
    /// <exception cref="InvalidOperationException">The arena holds no step, or the batch wraps bytes of somebody else.</exception>
    /// <exception cref="InvalidExperienceException">The batch is of another spec.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SampleSequences(ref RandomStream random, SequenceBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.CheckFillable(Spec);
        CheckNotEmpty();
        var tail = TailRow;
        var span = _headRow - tail;
        batch.Buffer.Clear();
        Span<long> rows = stackalloc long[GatherRows];
        for (var first = 0; first < batch.Count; first += GatherRows)
        {
            var group = rows[..Math.Min(GatherRows, batch.Count - first)];
            foreach (ref var row in group)
            {
                row = DrawRow(ref random, tail, span);
                Prefetch(_rows.AddressOf(row));
            }

            for (var i = 0; i < group.Length; i++)
            {
                _sampledRows += CopySequence(group[i], batch, first + i);
            }
        }

        GC.KeepAlive(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long DrawRow(ref RandomStream random, long tail, long span)
    {
        long row;
        do
        {
            row = tail + random.NextInt64(span);
        }
        while (!_rows.HoldsStep(row));
        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Draw(ref RandomStream random, long tail, long span, Span<nint> rows)
    {
        foreach (ref var address in rows)
        {
            address = _rows.AddressOf(DrawRow(ref random, tail, span));
            Prefetch(address);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe void Prefetch(nint address)
    {
        if (Sse.IsSupported)
        {
            var lastByte = _prefetchBytes - 1;
            for (var offset = 0; offset < lastByte; offset += CacheLineBytes)
            {
                Sse.Prefetch0((byte*)address + offset);
            }

            Sse.Prefetch0((byte*)address + lastByte);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void PrefetchLine(nint address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0((byte*)address);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe int CopySequence(long firstRow, SequenceBatch batch, int index)
    {
        var (layout, columns, length) = (_layout, batch.Layout, batch.Length);
        var arrival = FindArrival(firstRow);
        ref readonly var stored = ref _episodes.At(arrival);
        var firstStep = (int)(firstRow - stored.FirstRow);
        var steps = Math.Min(length, stored.Length - firstStep);
        fixed (byte* data = batch.Buffer)
        {
            for (var step = 0; step < steps;)
            {
                var row = firstRow + step;
                var rows = Math.Min(steps - step, _rows.RowsToBlockEnd(row));
                var source = (byte*)_rows.AddressOf(row);
                var at = ((nint)index * length) + step;

                // One observation more than steps: the last one of this stretch, which the next stretch writes again if there is one.
                Copy(source, 0, data + columns.Observations.Start.Value + ((((nint)index * (length + 1)) + step) * layout.ObservationBytes), layout.ObservationBytes, rows + 1);
                Copy(source, layout.Action, data + columns.Actions.Start.Value + (at * layout.ActionBytes), layout.ActionBytes, rows);
                Copy(source, layout.Reward, data + columns.Rewards.Start.Value + (at * sizeof(float)), sizeof(float), rows);
                Copy(source, layout.PolicyVersion, data + columns.PolicyVersions.Start.Value + (at * sizeof(long)), sizeof(long), rows);
                for (var i = 0; i < layout.Extras.Length; i++)
                {
                    Copy(source, layout.Extras[i], data + columns.Extra(i).Start.Value + (at * layout.ExtraBytes[i]), layout.ExtraBytes[i], rows);
                }

                step += rows;
            }
        }

        var buffer = batch.Buffer;
        MemoryMarshal.Cast<byte, int>(buffer[columns.StepIndexes])[index] = firstStep;
        buffer[columns.PaddingMask].Slice(index * length, steps).Fill(1);
        if (firstStep + steps == stored.Length)
        {
            buffer[stored.End == EpisodeEnd.Terminated ? columns.Terminated : columns.Truncated][(index * length) + steps - 1] = 1;
        }

        return steps;

        void Copy(byte* source, int offset, byte* destination, int bytes, int count) => RowCopy.Strided(source + offset, layout.Stride, destination, bytes, bytes, count);
    }

    // The episodes' first rows ascend with their arrival.
    private long FindArrival(long row)
    {
        var (low, high) = (_episodes.FirstArrival, _episodes.LastArrival);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            (low, high) = _episodes.At(middle).FirstRow <= row ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Gather(ReadOnlySpan<nint> rows, TransitionBatch batch, int first)
    {
        var layout = _layout;
        var columns = batch.Layout;
        fixed (byte* data = batch.Buffer)
        {
            var to = data;
            RowCopy.Gather(rows, 0, to + At(columns.Observations, first, layout.ObservationBytes), layout.ObservationBytes);
            RowCopy.Gather(rows, layout.Action, to + At(columns.Actions, first, layout.ActionBytes), layout.ActionBytes);
            RowCopy.Gather(rows, layout.Reward, to + At(columns.Rewards, first, sizeof(float)), sizeof(float));
            RowCopy.Gather(rows, layout.Stride, to + At(columns.NextObservations, first, layout.ObservationBytes), layout.ObservationBytes);
            RowCopy.Gather(rows, layout.PolicyVersion, to + At(columns.PolicyVersions, first, sizeof(long)), sizeof(long));
            for (var i = 0; i < layout.Extras.Length; i++)
            {
                RowCopy.Gather(rows, layout.Extras[i], to + At(columns.Extra(i), first, layout.ExtraBytes[i]), layout.ExtraBytes[i]);
            }

            var terminated = to + columns.Terminated.Start.Value + first;
            var truncated = to + columns.Truncated.Start.Value + first;
            for (var i = 0; i < rows.Length; i++)
            {
                var flags = ((byte*)rows[i])[layout.Flags];
                terminated[i] = (byte)((flags / RowLayout.TerminatedFlag) & 1);
                truncated[i] = (byte)((flags / RowLayout.TruncatedFlag) & 1);
            }
        }

        static nint At(Range column, int first, int bytes) => column.Start.Value + ((nint)first * bytes);
    }

    private void CheckNotEmpty()
    {
        if (_steps == 0)
        {
            throw new InvalidOperationException("Expected an arena that holds steps but it is empty.");
        }
    }
}
