using MemoryRL.Core;

namespace MemoryRL.Environments;

/// <summary>A task in a maze, whose starts and goals a collector of data may choose.</summary>
public interface IMazeEnvironment : IGoalEnvironment, IPhysicalEnvironment
{
    /// <summary>Gets the map.</summary>
    MazeMap Map { get; }

    /// <summary>Sets the goal, at once and for all later episodes.</summary>
    /// <param name="x">The goal in the coordinates of observations, in metres.</param>
    /// <param name="y">Its other coordinate.</param>
    /// <exception cref="InvalidExperienceException">The point is in no free cell.</exception>
    void SetGoal(double x, double y);

    /// <summary>Sets the cell in which later episodes begin, with the task's own noise around its anchor.</summary>
    /// <param name="start">The cell; null for the task's own choice.</param>
    /// <exception cref="InvalidExperienceException">The cell is not free.</exception>
    void SetStart(MazeCell? start);
}
