namespace MemoryRL.Environments;

/// <summary>A task in the plane whose goal is a point.</summary>
public interface IGoalEnvironment : IEnvironment
{
    /// <summary>Gets the goal of the running episode, in metres.</summary>
    (double X, double Y) Goal { get; }
}
