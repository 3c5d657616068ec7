using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>A controller that goes to a point of a maze by way of the cells between. One thread at a time.</summary>
public interface IWaypointController
{
    /// <summary>Gets whether the last observation given was at the target.</summary>
    bool Reached { get; }

    /// <summary>Sets where to go; the way is planned from the next observation.</summary>
    /// <param name="x">The target in the coordinates of observations, in metres.</param>
    /// <param name="y">Its other coordinate.</param>
    /// <exception cref="InvalidExperienceException">The point is in no free cell.</exception>
    void SetTarget(double x, double y);

    /// <summary>Chooses an action, without noise of exploration.</summary>
    /// <param name="observation">The task's observation, as bytes.</param>
    /// <param name="random">Where the controller's own choices come from.</param>
    /// <param name="action">Receives the action, as bytes, within the task's bounds.</param>
    /// <exception cref="InvalidOperationException">There is no target yet.</exception>
    void Act(ReadOnlySpan<byte> observation, ref RandomStream random, Span<byte> action);
}
