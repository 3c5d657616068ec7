using System.Runtime.CompilerServices;
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

    /// <summary>Fills a batch with transitions, each drawn uniformly over the steps held, with replacement.</summary>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="batch">The batch to fill.</param>
    /// <exception cref="InvalidOperationException">The arena holds no step, or the batch wraps bytes of somebody else.</exception>
    /// <exception cref="InvalidExperienceException">The batch is of another spec.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SampleTransitions(ref RandomStream random, TransitionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        CheckBatch(batch.Spec, batch.IsWritable);
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

    private unsafe void Draw(ref RandomStream random, long tail, long span, Span<nint> rows)
    {
        var lastByte = Math.Min(_layout.Stride + _layout.ObservationBytes, MaxPrefetchBytes) - 1;
        for (var i = 0; i < rows.Length; i++)
        {
            var address = _rows.AddressOf(DrawRow(ref random, tail, span));
            rows[i] = address;
            if (Sse.IsSupported)
            {
                for (var offset = 0; offset < lastByte; offset += CacheLineBytes)
                {
                    Sse.Prefetch0((byte*)address + offset);
                }

                Sse.Prefetch0((byte*)address + lastByte);
            }
        }
    }

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

    private void CheckBatch(ExperienceSpec spec, bool isWritable)
    {
        InvalidExperienceException.ThrowUnless(ReferenceEquals(spec, Spec) || spec.Fingerprint == Spec.Fingerprint, "batch.spec", Spec.ToString(), spec);
        if (!isWritable)
        {
            throw new InvalidOperationException("Expected a batch that owns its buffer but got one that wraps bytes of somebody else.");
        }

        if (_steps == 0)
        {
            throw new InvalidOperationException("Expected an arena that holds steps but it is empty.");
        }
    }
}
