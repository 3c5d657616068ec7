using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <content>Uniform sampling over the steps of all trajectories.</content>
public sealed partial class TrajectoryStore
{
    private readonly RowLayout _layout;

    // Where each trajectory's steps end in the numbering of all steps held.
    private readonly List<int> _ends = [];
    private bool _endsAreStale;

    /// <summary>Fills a batch with steps as transitions, each drawn uniformly over the steps held, with replacement.</summary>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="batch">The batch to fill; a store that holds nothing fills only one of no transitions.</param>
    /// <remarks>
    /// Balanced sampling of the two classes is as many steps from the success store as from the failure store, whatever each holds.
    /// The last step kept of a trajectory always has its episode's flag.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The store holds no step, or the batch wraps bytes of somebody else.</exception>
    /// <exception cref="InvalidExperienceException">The batch is of another spec.</exception>
    public void SampleTransitions(ref RandomStream random, TransitionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.CheckFillable(Spec);
        if (batch.Count == 0)
        {
            return;
        }

        if (_steps == 0)
        {
            throw new InvalidOperationException("Expected a trajectory store that holds steps but it is empty.");
        }

        NumberSteps();
        var ends = CollectionsMarshal.AsSpan(_ends);
        for (var i = 0; i < batch.Count; i++)
        {
            var step = random.NextInt32((int)_steps);
            var found = ends.BinarySearch(step);
            var trajectory = found < 0 ? ~found : found + 1;
            CopyStep(_trajectories[trajectory].Episode, trajectory == 0 ? step : step - ends[trajectory - 1], batch, i);
        }

        _sampledRows += batch.Count;
    }

    private void NumberSteps()
    {
        if (!_endsAreStale)
        {
            return;
        }

        _ends.Clear();
        var end = 0;
        foreach (var trajectory in _trajectories)
        {
            end += trajectory.Episode.Length;
            _ends.Add(end);
        }

        _endsAreStale = false;
    }

    private void CopyStep(Episode episode, int step, TransitionBatch batch, int index)
    {
        var (from, to) = (episode.Layout, batch.Layout);
        var source = episode.Data.Span;
        var destination = batch.Buffer;
        Copy(source, from.Observations, step, destination, to.Observations, index, _layout.ObservationBytes);
        Copy(source, from.Observations, step + 1, destination, to.NextObservations, index, _layout.ObservationBytes);
        Copy(source, from.Actions, step, destination, to.Actions, index, _layout.ActionBytes);
        Copy(source, from.Rewards, step, destination, to.Rewards, index, sizeof(float));
        Copy(source, from.PolicyVersions, step, destination, to.PolicyVersions, index, sizeof(long));
        for (var i = 0; i < _layout.Extras.Length; i++)
        {
            Copy(source, from.Extra(i), step, destination, to.Extra(i), index, _layout.ExtraBytes[i]);
        }

        var isLast = step == episode.Length - 1;
        destination[to.Terminated][index] = isLast && episode.End == EpisodeEnd.Terminated ? (byte)1 : (byte)0;
        destination[to.Truncated][index] = isLast && episode.End == EpisodeEnd.Truncated ? (byte)1 : (byte)0;
    }

    private static void Copy(ReadOnlySpan<byte> source, Range from, int fromRow, Span<byte> destination, Range to, int toRow, int bytes) =>
        source.Slice(from.Start.Value + (fromRow * bytes), bytes).CopyTo(destination[(to.Start.Value + (toRow * bytes))..]);
}
