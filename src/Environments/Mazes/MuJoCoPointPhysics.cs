using System.Globalization;
using System.Text;

namespace MemoryRL.Environments;

/// <summary>The ball of a point maze on libmujoco, as D4RL has it.</summary>
/// <param name="simulation">A simulation of what <see cref="CreateModel"/> compiled, at rest; nobody else steps it.</param>
internal sealed class MuJoCoPointPhysics(MuJoCoSimulation simulation) : IPointPhysics
{
    // D4RL counts positions from here, and the walls' centres from (1, 1).
    private const double Origin = 1.2;
    private const double WallHalfHeight = 0.2;

    /// <inheritdoc/>
    public Span<double> Position => simulation.Positions;

    /// <inheritdoc/>
    public Span<double> Velocity => simulation.Velocities;

    /// <summary>Compiles the model of a map.</summary>
    /// <param name="map">The map.</param>
    /// <returns>The model.</returns>
    public static MuJoCoModel CreateModel(MazeMap map) => MuJoCoModel.FromXml(WriteXml(map));

    /// <inheritdoc/>
    public void Reset() => simulation.Reset();

    /// <inheritdoc/>
    public void Step(double controlX, double controlY)
    {
        // D4RL makes a forward pass after it has cut the velocities; the step makes its own, so that one is saved.
        var controls = simulation.Controls;
        controls[0] = controlX;
        controls[1] = controlY;
        simulation.Step(1);
    }

    // The numbers are D4RL's; without its ground, which touches the ball from below where it cannot move.
    private static string WriteXml(MazeMap map)
    {
        var xml = new StringBuilder(
            """
            <mujoco model="point-maze">
              <compiler angle="radian" coordinate="local" inertiafromgeom="true"/>
            """);
        xml.Append(CultureInfo.InvariantCulture, $"""

              <option timestep="{PointConstants.TimeStep}" gravity="0 0 0" iterations="20" integrator="Euler"/>
              <default>
                <joint damping="{PointConstants.Damping}" limited="false"/>
                <geom friction=".5 .1 .1" density="{PointConstants.Density}" margin="{PointConstants.Margin}" condim="1" contype="2" conaffinity="1"/>
              </default>
              <worldbody>
                <body name="particle" pos="{Origin} {Origin} 0">
                  <geom type="sphere" size="{PointConstants.Radius}" contype="1"/>
                  <joint name="ball_x" type="slide" axis="1 0 0"/>
                  <joint name="ball_y" type="slide" axis="0 1 0"/>
                </body>

            """);
        foreach (var (x, y) in map.Walls.Select(map.CenterOf))
        {
            xml.AppendLine(
                CultureInfo.InvariantCulture,
                $"""    <geom type="box" pos="{x + Origin} {y + Origin} 0" size="{PointConstants.WallHalfSize} {PointConstants.WallHalfSize} {WallHalfHeight}"/>""");
        }

        return xml.Append(CultureInfo.InvariantCulture, $"""
              </worldbody>
              <actuator>
                <motor joint="ball_x" ctrlrange="-1 1" ctrllimited="true" gear="{PointConstants.Gear}"/>
                <motor joint="ball_y" ctrlrange="-1 1" ctrllimited="true" gear="{PointConstants.Gear}"/>
              </actuator>
            </mujoco>
            """).ToString();
    }
}
