namespace MemoryRL.Environments;

/// <summary>The numbers of the ball and its walls (D4RL, d4rl/pointmaze/maze_model.py; MuJoCo's defaults where it sets none).</summary>
internal static class PointConstants
{
    /// <summary>The time step, in seconds.</summary>
    public const double TimeStep = 0.01;

    /// <summary>The ball's radius, in metres.</summary>
    public const double Radius = 0.1;

    /// <summary>The ball's density, in kilograms a cubic metre.</summary>
    public const double Density = 1000;

    /// <summary>The ball's mass, in kilograms.</summary>
    public const double Mass = 4.0 / 3 * Math.PI * Radius * Radius * Radius * Density;

    /// <summary>The damping of each direction, in newtons for a metre a second.</summary>
    public const double Damping = 1;

    /// <summary>The force of a motor at 1, in newtons.</summary>
    public const double Gear = 100;

    /// <summary>The largest speed along one axis before a step, in metres a second.</summary>
    public const double MaxSpeed = 5;

    /// <summary>How near a wall is felt, in metres.</summary>
    public const double Margin = 0.002;

    /// <summary>Half the side of a wall, in metres.</summary>
    public const double WallHalfSize = 0.5;
}
