namespace MemoryRL.Core;

/// <summary>
/// A few whole episodes on their way through a value function: read out of the arena, evaluated and planned while the arena may change, and
/// written back as far as they are still held. Its buffers are used again for the next piece.
/// </summary>
public sealed class PlanningPiece
{
    /// <summary>The number of steps that a piece takes, or the first episode if that is longer.</summary>
    public const int Steps = 4_096;

    // The same in observations: images are large, and every shard reads a piece at once.
    private const int MostBytes = 32 * 1024 * 1024;

    // What a value function is given at once: long episodes are evaluated in slices.
    private const int MostRows = 2 * Steps;

    private readonly List<(long Arrival, int Length, EpisodeEnd End)> _episodes = [];
    private byte[] _observations = [];
    private float[] _rewards = [];
    private float[] _values = [];
    private float[] _targets = [];
    private int _steps;
    private int _heads;
    private int _observationBytes;

    /// <summary>Gets the number of episodes written so far, over all pieces.</summary>
    public long PlannedEpisodes { get; private set; }

    /// <summary>Gets the number of their steps.</summary>
    public long PlannedSteps { get; private set; }

    /// <summary>Gets the sum of the targets of these steps, the two of a step averaged.</summary>
    public double TargetSum { get; private set; }

    /// <summary>Gets the sum of the values of these steps' observations, the heads of an observation averaged.</summary>
    public double ValueSum { get; private set; }

    /// <summary>Reads the next episodes that are to be planned.</summary>
    /// <param name="arena">Where they are held.</param>
    /// <param name="arrivals">Their arrival numbers in order; those that are held no longer are left out.</param>
    /// <param name="first">Where in this list to start.</param>
    /// <returns>Where to go on after this piece.</returns>
    public int Read(StepArena arena, IReadOnlyList<long> arrivals, int first)
    {
        ArgumentNullException.ThrowIfNull(arena);
        ArgumentNullException.ThrowIfNull(arrivals);
        _episodes.Clear();
        _steps = 0;
        _observationBytes = arena.Spec.Observation.ByteCount;
        var next = first;
        for (; next < arrivals.Count; next++)
        {
            if (!arena.TryFind(arrivals[next], out var stored))
            {
                continue;
            }

            var firstRow = _steps + _episodes.Count;
            var bytes = (firstRow + stored.Length + 1L) * _observationBytes;
            if (_episodes.Count > 0 && (_steps + stored.Length > Steps || bytes > MostBytes))
            {
                break;
            }

            Grow(ref _observations, checked((int)bytes));
            Grow(ref _rewards, _steps + stored.Length);
            arena.ReadForPlanning(stored, _observations.AsSpan(firstRow * _observationBytes), _rewards.AsSpan(_steps, stored.Length));
            _episodes.Add((arrivals[next], stored.Length, stored.End));
            _steps += stored.Length;
        }

        return next;
    }

    /// <summary>Evaluates the observations and plans along each episode; touches no arena.</summary>
    /// <param name="values">The value function, or null for targets that are the discounted returns.</param>
    /// <param name="settings">How to plan.</param>
    /// <exception cref="InvalidOperationException">A value or a target is not finite.</exception>
    public void Plan(IValueFunction? values, PlanSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _heads = values?.HeadCount ?? 0;
        Grow(ref _targets, _steps * PlannedBatch.TargetCount);
        if (values is not null)
        {
            TrajectoryPlanner.CheckHeads(_heads);
            Evaluate(values);
        }

        var (step, row) = (0, 0);
        foreach (var (_, length, end) in _episodes)
        {
            var rewards = _rewards.AsSpan(step, length);
            var targets = _targets.AsSpan(step * PlannedBatch.TargetCount, length * PlannedBatch.TargetCount);
            if (values is null)
            {
                TrajectoryPlanner.ComputeReturns(rewards, end, settings, targets);
            }
            else
            {
                TrajectoryPlanner.Plan(rewards, _values.AsSpan(row * _heads, (length + 1) * _heads), _heads, end, settings, targets);
            }

            step += length;
            row += length + 1;
        }

        RequireFinite(_targets.AsSpan(0, _steps * PlannedBatch.TargetCount), "planned targets");
    }

    /// <summary>Writes the targets of the episodes that are still held into the arena.</summary>
    /// <param name="arena">The arena.</param>
    /// <param name="version">The version of the plan.</param>
    /// <returns>The number of steps written.</returns>
    public long Write(StepArena arena, long version)
    {
        ArgumentNullException.ThrowIfNull(arena);
        var written = 0L;
        var (step, row) = (0, 0);
        foreach (var (arrival, length, _) in _episodes)
        {
            if (arena.TryFind(arrival, out var stored))
            {
                var targets = _targets.AsSpan(step * PlannedBatch.TargetCount, length * PlannedBatch.TargetCount);
                arena.WriteTargets(stored, targets, version);
                TargetSum += Sum(targets) / PlannedBatch.TargetCount;
                ValueSum += _heads == 0 ? 0 : Sum(_values.AsSpan(row * _heads, length * _heads)) / _heads;
                PlannedEpisodes++;
                written += length;
            }

            step += length;
            row += length + 1;
        }

        PlannedSteps += written;
        return written;
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            Array.Resize(ref buffer, Math.Max(length, (int)Math.Min(2L * buffer.Length, Array.MaxLength)));
        }
    }

    private static double Sum(ReadOnlySpan<float> numbers)
    {
        var sum = 0.0;
        foreach (var number in numbers)
        {
            sum += number;
        }

        return sum;
    }

    private static void RequireFinite(ReadOnlySpan<float> numbers, string what)
    {
        if (RangeScan.IndexOutside(numbers, -float.MaxValue, float.MaxValue) is var index && index >= 0)
        {
            throw new InvalidOperationException($"Expected finite {what} but got {numbers[index]}.");
        }
    }

    private void Evaluate(IValueFunction values)
    {
        var rows = _steps + _episodes.Count;
        Grow(ref _values, checked(rows * _heads));
        for (var row = 0; row < rows; row += MostRows)
        {
            var count = Math.Min(MostRows, rows - row);
            values.Evaluate(_observations.AsSpan(row * _observationBytes, count * _observationBytes), _values.AsSpan(row * _heads, count * _heads));
        }

        RequireFinite(_values.AsSpan(0, rows * _heads), "values");
    }
}
