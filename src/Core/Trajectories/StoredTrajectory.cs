namespace MemoryRL.Core;

/// <summary>A trajectory that a <see cref="TrajectoryStore"/> holds.</summary>
/// <param name="Trajectory">The steps kept, under the id of their episode, with their agent and outcome.</param>
/// <param name="Return">The return of the whole episode, also where only its last steps are kept.</param>
/// <param name="Arrival">Its place in the order of arrival; larger is newer.</param>
public sealed record StoredTrajectory(AgentEpisode Trajectory, double Return, long Arrival)
{
    /// <summary>Gets the steps.</summary>
    public Episode Episode => Trajectory.Episode;
}
