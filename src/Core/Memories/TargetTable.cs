using System.Runtime.CompilerServices;

namespace MemoryRL.Core;

/// <summary>The planned targets of the steps of an arena, row by row beside its rows: two float32 targets and the version of their plan.</summary>
internal sealed unsafe class TargetTable
{
    private const int Stride = (PlannedBatch.TargetCount * sizeof(float)) + sizeof(long);
    private const int Version = PlannedBatch.TargetCount * sizeof(float);

    private readonly RowBlocks _rows;
    private float[] _returns = [];

    /// <summary>Initializes a table without rows.</summary>
    /// <param name="settings">How its targets are planned.</param>
    /// <param name="capacityRows">The most rows that will be held.</param>
    /// <param name="firstRow">The number of the oldest row that will be written.</param>
    public TargetTable(PlanSettings settings, long capacityRows, long firstRow)
    {
        Settings = settings;
        _rows = new RowBlocks(Stride, capacityRows, firstRow);
    }

    /// <summary>Gets how the targets are planned.</summary>
    public PlanSettings Settings { get; }

    /// <summary>Makes room for rows up to one, and gives back what lies before another.</summary>
    /// <param name="firstRow">The number of the oldest row still needed.</param>
    /// <param name="lastRow">The number of the newest row, not before it.</param>
    public void Slide(long firstRow, long lastRow)
    {
        _rows.ReleaseBefore(firstRow);
        _rows.ExtendTo(lastRow);
    }

    /// <summary>Gets the version of a step's targets.</summary>
    /// <param name="row">The step's row.</param>
    /// <returns>The version; 0 before any plan.</returns>
    public long VersionOf(long row) => *(long*)(_rows.AddressOf(row) + Version);

    /// <summary>Gets the address of a step's targets, for who gathers many.</summary>
    /// <param name="row">The step's row.</param>
    /// <returns>The address, good until the table slides.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint AddressOf(long row) => _rows.AddressOf(row);

    /// <summary>Writes an episode's targets.</summary>
    /// <param name="firstRow">The row of its first step.</param>
    /// <param name="targets">The targets, <c>[T, 2]</c>.</param>
    /// <param name="version">The version of their plan.</param>
    public void Write(long firstRow, ReadOnlySpan<float> targets, long version)
    {
        var steps = targets.Length / PlannedBatch.TargetCount;
        fixed (float* source = targets)
        {
            for (var step = 0; step < steps;)
            {
                var row = firstRow + step;
                var rows = Math.Min(steps - step, _rows.RowsToBlockEnd(row));
                var destination = (byte*)_rows.AddressOf(row);
                RowCopy.Strided((byte*)(source + (step * PlannedBatch.TargetCount)), Version, destination, Stride, Version, rows);
                for (var i = 0; i < rows; i++)
                {
                    *(long*)(destination + ((nint)i * Stride) + Version) = version;
                }

                step += rows;
            }
        }
    }

    /// <summary>Writes an episode's targets before any plan: its discounted returns.</summary>
    /// <param name="firstRow">The row of its first step.</param>
    /// <param name="rewards">Its rewards.</param>
    /// <param name="end">How it ended.</param>
    public void WriteReturns(long firstRow, ReadOnlySpan<float> rewards, EpisodeEnd end)
    {
        var count = rewards.Length * PlannedBatch.TargetCount;
        if (_returns.Length < count)
        {
            _returns = new float[Math.Max(count, 2 * _returns.Length)];
        }

        var returns = _returns.AsSpan(0, count);
        TrajectoryPlanner.ComputeReturns(rewards, end, Settings, returns);
        Write(firstRow, returns, version: 0);
    }

    /// <summary>Reads an episode's targets.</summary>
    /// <param name="firstRow">The row of its first step.</param>
    /// <param name="targets">Receives the targets, <c>[T, 2]</c>.</param>
    public void Read(long firstRow, Span<float> targets)
    {
        var steps = targets.Length / PlannedBatch.TargetCount;
        fixed (float* destination = targets)
        {
            for (var step = 0; step < steps;)
            {
                var row = firstRow + step;
                var rows = Math.Min(steps - step, _rows.RowsToBlockEnd(row));
                RowCopy.Strided((byte*)_rows.AddressOf(row), Stride, (byte*)(destination + (step * PlannedBatch.TargetCount)), Version, Version, rows);
                step += rows;
            }
        }
    }

    /// <summary>Gathers the targets and versions of scattered steps.</summary>
    /// <param name="steps">What <see cref="AddressOf"/> gave for each.</param>
    /// <param name="targets">Receives the targets, two a step.</param>
    /// <param name="versions">Receives the versions, one a step.</param>
    public static void Gather(ReadOnlySpan<nint> steps, Span<float> targets, Span<long> versions)
    {
        fixed (float* target = targets)
        fixed (long* version = versions)
        {
            RowCopy.Gather(steps, 0, (byte*)target, Version);
            RowCopy.Gather(steps, Version, (byte*)version, sizeof(long));
        }
    }
}
