namespace MemoryRL.Core;

/// <content>Snapshots.</content>
public sealed partial class TrajectoryStore
{
    /// <summary>Adds everything held to a file.</summary>
    /// <param name="snapshot">Where tensors and metadata go.</param>
    /// <param name="prefix">What their names begin with; empty for none.</param>
    /// <exception cref="InvalidOperationException">A column would pass 2 GiB.</exception>
    public void Save(SafetensorsBuilder snapshot, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        EpisodeTable.Save(snapshot, prefix, Spec, [.. _trajectories.Select(static stored => stored.Trajectory)]);
        snapshot.Add<double>(prefix + "trajectory_returns", [_trajectories.Count], _trajectories.Select(static stored => stored.Return).ToArray());
        snapshot.Add<long>(prefix + "trajectory_arrivals", [_trajectories.Count], _trajectories.Select(static stored => stored.Arrival).ToArray());
        snapshot.Add<long>(prefix + "store_counters", [5], [_lastArrival, _appendedEpisodes, _appendedSteps, _evictedEpisodes, _sampledRows]);
    }

    /// <summary>Restores a snapshot into an empty store, exactly: trajectories, their order, statistics.</summary>
    /// <param name="snapshot">What <see cref="Save"/> wrote.</param>
    /// <param name="prefix">What the names begin with.</param>
    /// <exception cref="SafetensorsFormatException">Something is missing, damaged, of another spec or outcome, or larger than the store; nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">The store is not empty.</exception>
    public void Restore(SafetensorsDocument snapshot, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (_lastArrival > 0)
        {
            throw new InvalidOperationException("Expected a store that was never used.");
        }

        var episodes = EpisodeTable.Load(snapshot, prefix, Spec);
        var returns = snapshot.Require(prefix + "trajectory_returns", ElementType.Float64, episodes.Length).Values<double>();
        var arrivals = snapshot.Require(prefix + "trajectory_arrivals", ElementType.Int64, episodes.Length).Values<long>();
        var counters = snapshot.Require(prefix + "store_counters", ElementType.Int64, 5).Values<long>();
        var trajectories = new List<StoredTrajectory>(episodes.Length);
        for (var i = 0; i < episodes.Length; i++)
        {
            trajectories.Add(new StoredTrajectory(episodes[i], returns[i], arrivals[i]));
        }

        CheckRestored(snapshot.Source, trajectories, counters);
        trajectories.Sort(Outcome == EpisodeOutcome.Success ? BestFirst : Comparer<StoredTrajectory>.Create(static (left, right) => left.Arrival.CompareTo(right.Arrival)));
        foreach (var trajectory in trajectories)
        {
            Insert(_trajectories.Count, trajectory);
        }

        (_lastArrival, _appendedEpisodes, _appendedSteps, _evictedEpisodes, _sampledRows) = (counters[0], counters[1], counters[2], counters[3], counters[4]);
    }

    private void CheckRestored(string source, List<StoredTrajectory> trajectories, ReadOnlySpan<long> counters)
    {
        if (counters.ContainsAnyInRange(long.MinValue, -1))
        {
            throw new SafetensorsFormatException(source, "tensor 'store_counters': expected numbers of 0 or more.");
        }

        var steps = 0L;
        var arrivals = new HashSet<long>();
        foreach (var stored in trajectories)
        {
            steps += stored.Episode.Length;
            var fault = stored.Trajectory.Outcome != Outcome ? $"is no {Outcome}"
                : !double.IsFinite(stored.Return) ? "has a return that is not finite"
                : stored.Arrival < 1 || stored.Arrival > counters[0] || !arrivals.Add(stored.Arrival) ? $"has the impossible arrival number {stored.Arrival}"
                : steps > CapacitySteps ? $"passes the store's capacity of {CapacitySteps} steps"
                : null;
            if (fault is not null)
            {
                throw new SafetensorsFormatException(source, $"trajectory {stored.Episode.Id} {fault}.");
            }
        }
    }
}
