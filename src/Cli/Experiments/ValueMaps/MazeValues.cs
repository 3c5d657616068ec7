using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>A maze to look at value functions in: places all over it, the observations there, and the optimum from its map.</summary>
internal sealed class MazeValues
{
    /// <summary>Into how many squares the side of a cell is cut.</summary>
    public const int SquaresPerSide = 5;

    // The tasks' own (algorithms.md 4.1; src/Environments/Mazes).
    private const double PointGoalRadius = 0.5;
    private const double AntGoalRadius = 0.45;

    // The ball's largest speed along an axis, 5 m/s, in a step of 0.01 s.
    private const double PointMetersPerStep = 0.05;

    // What the walker of the re-generated data makes in a step of 0.05 s where it is fast: over 20 steps, one in ten goes 0.092 m a step or more, one in a hundred 0.116.
    private const double AntMetersPerStep = 0.1;

    private readonly IMazeEnvironment _maze;
    private readonly MazeSubcells _squares;
    private readonly double[,] _distances;
    private readonly (int Row, int Column)[] _places;
    private readonly byte[] _observations;

    /// <summary>Lays the places out.</summary>
    /// <param name="task">The task's name.</param>
    /// <exception cref="EnvironmentUnavailableException">This machine lacks something that the task needs.</exception>
    public MazeValues(string task)
    {
        _maze = (IMazeEnvironment)EnvironmentRegistry.Find(task).Create(maxEpisodeSteps: null).Unwrapped;
        _squares = new MazeSubcells(_maze.Map, SquaresPerSide);
        _distances = _squares.DistancesTo(_maze.Goal, IsAnt ? AntGoalRadius : PointGoalRadius);
        _places = [.. _squares.FreeSquares().Where(place => double.IsFinite(_distances[place.Row, place.Column]))];
        _observations = Observe();
    }

    /// <summary>Gets the number of places.</summary>
    public int PlaceCount => _places.Length;

    private bool IsAnt => _maze.PositionCount > 2;

    /// <summary>Tells whether a task is a maze with one goal, which this can look into.</summary>
    /// <param name="task">The task's name.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsMaze(string task) => task.StartsWith("maze2d-", StringComparison.Ordinal) || task.StartsWith("antmaze-", StringComparison.Ordinal) || task.StartsWith("point-maze-", StringComparison.Ordinal);

    /// <summary>Gets the optimum of each place.</summary>
    /// <param name="rewardScale">What rewards are multiplied with.</param>
    /// <param name="rewardShift">What is then added to them.</param>
    /// <param name="discount">The discount of a step.</param>
    /// <returns>The values, by place.</returns>
    public double[] Optimum(double rewardScale, double rewardShift, double discount)
    {
        var optimum = new MazeOptimum(IsAnt ? AntMetersPerStep : PointMetersPerStep, EndsAtGoal: IsAnt, discount, rewardScale, rewardShift);
        return [.. _places.Select(place => optimum.ValueAt(_distances[place.Row, place.Column]))];
    }

    /// <summary>Evaluates a value function at each place: at rest, an ant in its own first pose.</summary>
    /// <param name="values">The value function.</param>
    /// <returns>The means over its heads, by place.</returns>
    public double[] Evaluate(IValueFunction values)
    {
        var heads = new float[_places.Length * values.HeadCount];
        values.Evaluate(_observations, heads);
        return [.. heads.Chunk(values.HeadCount).Select(row => row.Average(value => (double)value))];
    }

    /// <summary>Describes a picture of values.</summary>
    /// <param name="title">The title.</param>
    /// <param name="scaleLabel">What the values are.</param>
    /// <param name="values">The values, by place.</param>
    /// <returns>The picture, with the maze's top left corner at the top left.</returns>
    public HeatMap Map(string title, string scaleLabel, IReadOnlyList<double> values)
    {
        var table = new double[_squares.RowCount, _squares.ColumnCount];
        MemoryMarshal.CreateSpan(ref table[0, 0], table.Length).Fill(double.NaN);
        foreach (var (i, (row, column)) in _places.Index())
        {
            table[row, column] = values[i];
        }

        return new HeatMap(title, scaleLabel, table, _squares.PlaceOf(_maze.Goal.X, _maze.Goal.Y));
    }

    private byte[] Observe()
    {
        var size = _maze.Spec.Experience.Observation.ByteCount;
        var observations = new byte[_places.Length * size];
        double[] positions = new double[_maze.PositionCount], velocities = new double[_maze.VelocityCount];
        _maze.Seed(new RandomStream(0));
        _maze.Reset(observations.AsSpan(0, size));
        _maze.GetState(positions, velocities);
        Array.Clear(velocities);
        foreach (var (i, (row, column)) in _places.Index())
        {
            (positions[0], positions[1]) = _squares.CenterOf(row, column);
            _maze.SetState(positions, velocities, observations.AsSpan(i * size, size));
        }

        return observations;
    }
}
