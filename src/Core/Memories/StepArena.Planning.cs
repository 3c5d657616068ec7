using System.Runtime.CompilerServices;

namespace MemoryRL.Core;

/// <content>
/// Planned targets (<see cref="TrajectoryPlanner"/>) beside the steps, from the first plan on: until then they take nothing. They take 16 bytes
/// a step beside <see cref="CapacityBytes"/>.
/// </content>
public sealed partial class StepArena
{
    private TargetTable? _targets;

    /// <summary>Gets how targets are planned, or null before the first plan.</summary>
    public PlanSettings? PlanSettings => _targets?.Settings;

    /// <summary>Starts to keep targets, or starts anew: from now on every step has two, which are its discounted return until it is planned.</summary>
    /// <param name="settings">How targets are planned.</param>
    /// <exception cref="InvalidExperienceException">A setting is not allowed; the message names it.</exception>
    public void StartPlanning(PlanSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        _targets = new TargetTable(settings, Math.Min(CapacitySteps, CapacityBytes / _layout.Stride), TailRow);
        if (_episodes.Count > 0)
        {
            _targets.Slide(TailRow, _headRow - 1);
            WriteReturns(_targets, version: null);
        }
    }

    /// <summary>Takes the targets of a version and of all later ones back to the discounted returns from before any plan.</summary>
    /// <param name="version">The earliest version that is forgotten.</param>
    /// <exception cref="InvalidOperationException">Nothing was planned yet.</exception>
    public void ForgetTargets(long version) => WriteReturns(RequireTargets(), version);

    /// <summary>
    /// Selects what a plan is to plan: first the episodes that were never planned, then of the others those with the oldest targets, each in the
    /// order of arrival, until the wanted steps are together.
    /// </summary>
    /// <param name="version">The plan's version: episodes that have its targets are left out.</param>
    /// <param name="steps">How many steps are wanted; 0 for only what was never planned.</param>
    /// <param name="afterArrival">Of the episodes that were never planned, those that arrived after this one.</param>
    /// <returns>The arrival numbers, in the order in which they are to be planned.</returns>
    /// <exception cref="InvalidOperationException">Nothing was planned yet.</exception>
    /// <remarks>
    /// The last of the old episodes reaches past the wanted number or is left out, by turns, so that over many versions the mean is the wanted number,
    /// whatever the episodes' lengths; but every version has one episode at least. Selecting again what is left of a plan that was cut short selects the rest of it.
    /// </remarks>
    public IReadOnlyList<long> SelectForPlanning(long version, long steps, long afterArrival = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        var targets = RequireTargets();
        var selected = new List<long>();
        var planned = new List<(long Version, long Arrival)>();
        var (selectedSteps, isBegun) = (0L, false);
        var first = steps > 0 ? _episodes.FirstArrival : Math.Max(_episodes.FirstArrival, afterArrival + 1);
        for (var arrival = first; arrival <= _episodes.LastArrival; arrival++)
        {
            ref readonly var stored = ref _episodes.At(arrival);
            var has = targets.VersionOf(stored.FirstRow);
            isBegun |= has == version;
            if (has == 0 && arrival > afterArrival)
            {
                selected.Add(arrival);
                selectedSteps += stored.Length;
            }
            else if (has != 0 && has != version && steps > 0)
            {
                planned.Add((has, arrival));
            }
        }

        planned.Sort();
        var reach = ReachOf(version);
        foreach (var (_, arrival) in planned)
        {
            var (length, left) = (_episodes.At(arrival).Length, steps - selectedSteps);
            if (left <= 0 || (left < reach * length && (isBegun || selected.Count > 0)))
            {
                break;
            }

            selected.Add(arrival);
            selectedSteps += length;
        }

        return selected;
    }

    /// <summary>Fills a batch with transitions and their targets, drawn as <see cref="SampleTransitions(ref RandomStream, TransitionBatch)"/> draws them.</summary>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="batch">The batch to fill.</param>
    /// <exception cref="InvalidOperationException">The arena holds no step, nothing was planned yet, or the batch wraps bytes of somebody else.</exception>
    /// <exception cref="InvalidExperienceException">The batch is of another spec.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SampleTransitions(ref RandomStream random, PlannedBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.Transitions.CheckFillable(Spec);
        CheckNotEmpty();
        var table = RequireTargets();
        var tail = TailRow;
        var targets = batch.TargetBuffer;
        var versions = batch.VersionBuffer;
        Span<nint> rows = stackalloc nint[GatherRows];
        Span<nint> planned = stackalloc nint[GatherRows];
        for (var first = 0; first < batch.Count; first += GatherRows)
        {
            var count = Math.Min(GatherRows, batch.Count - first);
            for (var i = 0; i < count; i++)
            {
                var row = DrawRow(ref random, tail, _headRow - tail);
                (rows[i], planned[i]) = (_rows.AddressOf(row), table.AddressOf(row));
                Prefetch(rows[i]);
                PrefetchLine(planned[i]);
            }

            Gather(rows[..count], batch.Transitions, first);
            TargetTable.Gather(planned[..count], targets.Slice(first * PlannedBatch.TargetCount, count * PlannedBatch.TargetCount), versions.Slice(first, count));
        }

        _sampledRows += batch.Count;
        GC.KeepAlive(this);
    }

    /// <summary>Finds an episode that is to be planned.</summary>
    /// <param name="arrival">Its arrival number.</param>
    /// <param name="episode">Its entry.</param>
    /// <returns>Whether it is still held.</returns>
    internal bool TryFind(long arrival, out StoredEpisode episode)
    {
        var isHeld = arrival >= _episodes.FirstArrival && arrival <= _episodes.LastArrival;
        episode = isHeld ? _episodes.At(arrival) : default;
        return isHeld;
    }

    /// <summary>Copies what planning needs of an episode.</summary>
    /// <param name="stored">The episode.</param>
    /// <param name="observations">Receives the observations, <c>[T + 1, ...obsShape]</c>.</param>
    /// <param name="rewards">Receives the rewards, <c>[T]</c>.</param>
    internal unsafe void ReadForPlanning(in StoredEpisode stored, Span<byte> observations, Span<float> rewards)
    {
        var bytes = _layout.ObservationBytes;
        fixed (byte* destination = observations)
        {
            for (var step = 0; step <= stored.Length;)
            {
                var row = stored.FirstRow + step;
                var rows = Math.Min(stored.Length + 1 - step, _rows.RowsToBlockEnd(row));
                RowCopy.Strided((byte*)_rows.AddressOf(row), _layout.Stride, destination + ((nint)step * bytes), bytes, bytes, rows);
                step += rows;
            }
        }

        ReadRewards(stored, rewards);
        GC.KeepAlive(this);
    }

    /// <summary>Writes the targets of an episode that is held.</summary>
    /// <param name="stored">The episode.</param>
    /// <param name="targets">The targets, <c>[T, 2]</c>.</param>
    /// <param name="version">The version of their plan.</param>
    internal void WriteTargets(in StoredEpisode stored, ReadOnlySpan<float> targets, long version) => RequireTargets().Write(stored.FirstRow, targets, version);

    // Of the episodes whose targets are of a version or a later one; of all for null, whatever the table holds.
    private void WriteReturns(TargetTable targets, long? version)
    {
        var rewards = Array.Empty<float>();
        for (var arrival = _episodes.FirstArrival; arrival <= _episodes.LastArrival; arrival++)
        {
            ref readonly var stored = ref _episodes.At(arrival);
            if (version is null || targets.VersionOf(stored.FirstRow) >= version)
            {
                rewards = rewards.Length < stored.Length ? new float[Math.Max(stored.Length, 2 * rewards.Length)] : rewards;
                ReadRewards(stored, rewards);
                targets.WriteReturns(stored.FirstRow, rewards.AsSpan(0, stored.Length), stored.End);
            }
        }
    }

    private unsafe void ReadRewards(in StoredEpisode stored, Span<float> rewards)
    {
        fixed (float* destination = rewards)
        {
            for (var step = 0; step < stored.Length;)
            {
                var row = stored.FirstRow + step;
                var rows = Math.Min(stored.Length - step, _rows.RowsToBlockEnd(row));
                RowCopy.Strided((byte*)_rows.AddressOf(row) + _layout.Reward, _layout.Stride, (byte*)(destination + step), sizeof(float), sizeof(float), rows);
                step += rows;
            }
        }

        GC.KeepAlive(this);
    }

    private TargetTable RequireTargets() => _targets ?? throw new InvalidOperationException("Expected an arena with planned targets but nothing was planned yet.");

    // Which share of an episode must be wanted for the episode to be planned. Multiples of the golden ratio fill [0, 1) evenly (Weyl), so that episodes of
    // one length are not rounded to the same side in every version.
    private static double ReachOf(long version) => version * 0.6180339887498949 % 1;
}
