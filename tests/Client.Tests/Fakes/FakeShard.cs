using System.Collections.Concurrent;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client.Tests;

/// <summary>A shard that says how many steps it holds and samples rows that tell where they are from.</summary>
internal sealed class FakeShard(long steps, float mark)
{
    public ConcurrentQueue<SampleRequest> Requests { get; } = new();

    /// <summary>Says why sampling waits; null answers with rows.</summary>
    public Func<SampleRequest, string?>? WaitReason { get; set; }

    /// <summary>Gets or sets how many steps it says that it holds.</summary>
    public long Steps { get; set; } = steps;

    public int StatisticsCalls { get; private set; }

    public Task<MemoryStatistics> GetStatisticsAsync(CancellationToken cancellationToken)
    {
        StatisticsCalls++;
        return Task.FromResult(new MemoryStatistics(1, Steps, 0, 0, 0, 0, 0, 0, 0));
    }

    public Task<SampleResult> SampleAsync(SampleRequest request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        if (WaitReason?.Invoke(request) is { } reason)
        {
            return Task.FromResult(new SampleResult(null, reason));
        }

        return Task.FromResult(new SampleResult(request.SequenceLength == 1 ? Transitions(request.Count) : Sequences(request.Count, request.SequenceLength), null));
    }

    private Columns Transitions(int count)
    {
        var layout = new TransitionLayout(Samples.Spec, count);
        var data = new byte[layout.ByteCount];
        Fill(data.AsSpan(layout.Rewards));
        Fill(data.AsSpan(layout.Extra(0)));
        data.AsSpan(layout.Terminated).Fill((byte)mark);
        return new Columns(ColumnsKind.Transitions, Samples.Spec.Fingerprint, count, data);
    }

    private Columns Sequences(int count, int length)
    {
        var layout = new SequenceLayout(Samples.Spec, count, length);
        var data = new byte[layout.ByteCount];
        Fill(data.AsSpan(layout.Rewards));
        data.AsSpan(layout.PaddingMask).Fill((byte)mark);
        return new Columns(ColumnsKind.Sequences, Samples.Spec.Fingerprint, count, data);
    }

    private void Fill(Span<byte> column) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(column).Fill(mark);
}
