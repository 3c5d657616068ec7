using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

/// <summary>Made-up transitions with rewards and ends, and tasks whose answers are known.</summary>
internal static class RivalSamples
{
    /// <summary>One number is seen, one in [-1, 1] is done.</summary>
    public static readonly ExperienceSpec Line = new(new BoxSpace(1), new BoxSpace([1], [-1], [1]));

    /// <summary>Random transitions: some terminated, some truncated, most neither; observations far from the origin.</summary>
    public static TransitionBatch Random(ExperienceSpec spec, ulong seed, int count)
    {
        var random = new RandomStream(seed, 5);
        var rows = new Row[count];
        for (var i = 0; i < count; i++)
        {
            var end = random.NextInt32(4);
            rows[i] = new Row(
                MemoryMarshal.Cast<byte, float>(Samples.Values(spec.Observation, ref random, 1)).ToArray(),
                MemoryMarshal.Cast<byte, float>(Samples.Values(spec.Action, ref random, 1)).ToArray(),
                (float)(2 * random.NextNormal()),
                MemoryMarshal.Cast<byte, float>(Samples.Values(spec.Observation, ref random, 1)).ToArray(),
                end == 0,
                end == 1);
        }

        return Transitions(spec, rows);
    }

    /// <summary>Transitions that end their episode: the best action at x is <see cref="BestAction"/>, and a reward is 1 less the squared distance from it.</summary>
    public static TransitionBatch Targets(ulong seed, int count)
    {
        var random = new RandomStream(seed, 6);
        var rows = new Row[count];
        for (var i = 0; i < count; i++)
        {
            var (x, a) = ((2 * random.NextSingle()) - 1, (2 * random.NextSingle()) - 1);
            var distance = a - BestAction(x);
            rows[i] = new Row([x], [a], (float)(1 - (distance * distance)), [0], IsTerminated: true, IsTruncated: false);
        }

        return Transitions(Line, rows);
    }

    public static double BestAction(double x) => 0.7 * Math.Sin(3 * x);

    /// <summary>At one place, two actions of equal probability with a reward each.</summary>
    public static TransitionBatch TwoActions(int count, float first, float firstReward, float second, float secondReward)
    {
        var rows = new Row[count];
        for (var i = 0; i < count; i++)
        {
            rows[i] = i % 2 == 0 ? new Row([0], [first], firstReward, [0], true, false) : new Row([0], [second], secondReward, [0], true, false);
        }

        return Transitions(Line, rows);
    }

    /// <summary>Transitions with the targets that a memory would have: here their rewards, times a scale.</summary>
    public static PlannedBatch Planned(TransitionBatch transitions, float scale = 1)
    {
        var bytes = new byte[new PlannedBatch(transitions.Spec, transitions.Count).Data.Length];
        transitions.Data.Span.CopyTo(bytes);
        var batch = PlannedBatch.FromBuffer(transitions.Spec, transitions.Count, bytes);
        var targets = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(batch.Targets), batch.Targets.Length);
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = scale * transitions.Rewards[i / PlannedBatch.TargetCount];
        }

        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(batch.Versions), batch.Count).Fill(1);
        return batch;
    }

    public static TransitionBatch Transitions(ExperienceSpec spec, ReadOnlySpan<Row> rows)
    {
        var layout = new TransitionLayout(spec, rows.Length);
        var data = new byte[layout.ByteCount];
        for (var i = 0; i < rows.Length; i++)
        {
            Put(data.AsSpan(layout.Observations), rows[i].Observation, i);
            Put(data.AsSpan(layout.Actions), rows[i].Action, i);
            Put(data.AsSpan(layout.Rewards), [rows[i].Reward], i);
            Put(data.AsSpan(layout.NextObservations), rows[i].Next, i);
            data.AsSpan(layout.Terminated)[i] = rows[i].IsTerminated ? (byte)1 : (byte)0;
            data.AsSpan(layout.Truncated)[i] = rows[i].IsTruncated ? (byte)1 : (byte)0;
        }

        return TransitionBatch.FromBuffer(spec, rows.Length, data);
    }

    private static void Put(Span<byte> column, ReadOnlySpan<float> values, int row) =>
        values.CopyTo(MemoryMarshal.Cast<byte, float>(column).Slice(row * values.Length, values.Length));

    internal sealed record Row(float[] Observation, float[] Action, float Reward, float[] Next, bool IsTerminated, bool IsTruncated);
}
