using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <summary>
/// The success or the failure trajectories of a memory, with a capacity of its own. One thread at a time.
/// </summary>
/// <remarks>
/// AdaMemento's two memories (algorithms.md 3.2, [I]). Successes are kept by return: a full store evicts the lowest return, of equal ones the
/// longest, of equally long ones the oldest. Failures are first in, first out, and of one that terminated only the last steps are kept, since
/// these led to the end; a truncated one is kept whole, since no step of it is to blame. A truncated failure longer than the store is cut to
/// its last steps; a success longer than the store is not kept.
/// </remarks>
public sealed partial class TrajectoryStore
{
    private static readonly Comparer<StoredTrajectory> BestFirst = Comparer<StoredTrajectory>.Create(CompareBestFirst);

    // Successes best first, failures oldest first: the last success and the first failure are the next to go.
    private readonly List<StoredTrajectory> _trajectories = [];
    private readonly HashSet<Guid> _ids = [];
    private readonly int _failureTailSteps;
    private long _lastArrival;
    private long _steps;
    private long _bytes;
    private long _appendedEpisodes;
    private long _appendedSteps;
    private long _evictedEpisodes;
    private long _sampledRows;

    /// <summary>Initializes an empty store.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="outcome"><see cref="EpisodeOutcome.Success"/> or <see cref="EpisodeOutcome.Failure"/>.</param>
    /// <param name="capacitySteps">The number of steps held at most, at least 1.</param>
    /// <param name="failureTailSteps">How many of the last steps of a failed episode that terminated are kept; 0 for all.</param>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names it.</exception>
    public TrajectoryStore(ExperienceSpec spec, EpisodeOutcome outcome, int capacitySteps, int failureTailSteps = 0)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validate();
        InvalidExperienceException.ThrowUnless(outcome is EpisodeOutcome.Success or EpisodeOutcome.Failure, "outcome", "Success or Failure", outcome);
        InvalidExperienceException.ThrowUnless(capacitySteps >= 1, "trajectory_capacity_steps", "1 or more steps", capacitySteps);
        InvalidExperienceException.ThrowUnless(failureTailSteps >= 0, "failure_tail_steps", "0 or more steps", failureTailSteps);
        Spec = spec;
        Outcome = outcome;
        CapacitySteps = capacitySteps;
        _failureTailSteps = failureTailSteps;
        _layout = new RowLayout(spec);
    }

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec { get; }

    /// <summary>Gets which outcome the store keeps.</summary>
    public EpisodeOutcome Outcome { get; }

    /// <summary>Gets the number of steps held at most.</summary>
    public int CapacitySteps { get; }

    /// <summary>Gets the number of steps held.</summary>
    public long Steps => _steps;

    /// <summary>Gets the number of trajectories held.</summary>
    public int Trajectories => _trajectories.Count;

    /// <summary>Gets how full the store is and what passed through it.</summary>
    public StoreStatistics Statistics => new(
        _trajectories.Count, _steps, _bytes, CapacitySteps, 0, _appendedEpisodes, _appendedSteps, _evictedEpisodes, _sampledRows);

    /// <summary>Gets whether a trajectory is held.</summary>
    /// <param name="id">The id of its episode.</param>
    /// <returns>Whether it is.</returns>
    public bool Contains(Guid id) => _ids.Contains(id);

    /// <summary>Appends one trajectory as the retention rule has it.</summary>
    /// <param name="trajectory">A whole episode of this store's outcome.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="InvalidExperienceException">It has another spec or outcome; nothing was changed.</exception>
    public TrajectoryAppend Append(AgentEpisode trajectory) => Append(MemoryMarshal.CreateReadOnlySpan(ref trajectory, 1));

    /// <summary>Appends trajectories in order as the retention rule has it.</summary>
    /// <param name="trajectories">Whole episodes of this store's outcome.</param>
    /// <returns>What became of them.</returns>
    /// <exception cref="InvalidExperienceException">One has another spec or outcome; nothing was changed.</exception>
    public TrajectoryAppend Append(ReadOnlySpan<AgentEpisode> trajectories)
    {
        foreach (ref readonly var trajectory in trajectories)
        {
            trajectory.Check(Spec);
            InvalidExperienceException.ThrowUnless(trajectory.Outcome == Outcome, "episode.outcome", Outcome.ToString(), trajectory.Outcome);
        }

        var (stored, duplicates) = (0, 0);
        foreach (ref readonly var trajectory in trajectories)
        {
            if (_ids.Contains(trajectory.Episode.Id))
            {
                duplicates++;
            }
            else if (Outcome == EpisodeOutcome.Success ? StoreSuccess(trajectory) : StoreFailure(trajectory))
            {
                stored++;
            }
        }

        return new TrajectoryAppend(stored, duplicates, trajectories.Length - stored - duplicates);
    }

    /// <summary>Lists the trajectories held, best first: by return, of equal ones the shorter, of equally long ones the newer.</summary>
    /// <returns>A list of its own, which later appends do not change.</returns>
    public IReadOnlyList<StoredTrajectory> ListBestFirst()
    {
        var list = _trajectories.ToArray();
        if (Outcome == EpisodeOutcome.Failure)
        {
            Array.Sort(list, BestFirst);
        }

        return list;
    }

    private static int CompareBestFirst(StoredTrajectory left, StoredTrajectory right)
    {
        var byReturn = right.Return.CompareTo(left.Return);
        var byLength = left.Episode.Length.CompareTo(right.Episode.Length);
        return byReturn != 0 ? byReturn : byLength != 0 ? byLength : right.Arrival.CompareTo(left.Arrival);
    }

    private bool StoreSuccess(in AgentEpisode trajectory)
    {
        var candidate = new StoredTrajectory(trajectory, trajectory.Episode.Return, _lastArrival + 1);
        if (!HasRoomAmongBetter(candidate))
        {
            return false;
        }

        while (_steps + candidate.Episode.Length > CapacitySteps)
        {
            EvictAt(_trajectories.Count - 1);
        }

        var place = _trajectories.BinarySearch(candidate, BestFirst);
        Insert(~place, candidate);
        return true;
    }

    // A success is kept when the trajectories that are better leave room for it, so that nothing is evicted for one that is not kept.
    private bool HasRoomAmongBetter(StoredTrajectory candidate)
    {
        var free = CapacitySteps - _steps;
        for (var i = _trajectories.Count - 1; i >= 0 && free < candidate.Episode.Length; i--)
        {
            if (CompareBestFirst(_trajectories[i], candidate) < 0)
            {
                return false;
            }

            free += _trajectories[i].Episode.Length;
        }

        return free >= candidate.Episode.Length;
    }

    private bool StoreFailure(in AgentEpisode trajectory)
    {
        var episode = trajectory.Episode;
        var tail = episode.End == EpisodeEnd.Terminated && _failureTailSteps > 0 ? _failureTailSteps : CapacitySteps;
        var kept = episode.TakeLast(Math.Min(Math.Min(tail, CapacitySteps), episode.Length));
        while (_steps + kept.Length > CapacitySteps)
        {
            EvictAt(0);
        }

        Insert(_trajectories.Count, new StoredTrajectory(trajectory with { Episode = kept }, episode.Return, _lastArrival + 1));
        return true;
    }

    private void Insert(int place, StoredTrajectory trajectory)
    {
        _trajectories.Insert(place, trajectory);
        _ = _ids.Add(trajectory.Episode.Id);
        _lastArrival = trajectory.Arrival;
        _steps += trajectory.Episode.Length;
        _bytes += trajectory.Episode.Data.Length;
        _appendedEpisodes++;
        _appendedSteps += trajectory.Episode.Length;
        _endsAreStale = true;
    }

    private void EvictAt(int place)
    {
        var evicted = _trajectories[place];
        _trajectories.RemoveAt(place);
        _ = _ids.Remove(evicted.Episode.Id);
        _steps -= evicted.Episode.Length;
        _bytes -= evicted.Episode.Data.Length;
        _evictedEpisodes++;
        _endsAreStale = true;
    }
}
