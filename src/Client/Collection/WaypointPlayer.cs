using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>One environment in a maze with a controller and the episode that is being played. A step allocates nothing.</summary>
internal sealed class WaypointPlayer : IDisposable
{
    private readonly PhysicalColumns _columns;
    private readonly EpisodeBuilder _builder;
    private readonly IWaypointController _controller;
    private readonly ActionNoise? _noise;
    private readonly byte[] _observation;
    private readonly byte[] _action;
    private RandomStream _policyRandom;
    private RandomStream _noiseRandom;

    public WaypointPlayer(ExperienceSpec spec, IEnvironment environment, Func<MazeMap, IWaypointController> createController, double noise)
    {
        Environment = environment;
        Maze = (IMazeEnvironment)environment.Unwrapped;
        _controller = createController(Maze.Map);
        _columns = new PhysicalColumns(environment);
        _builder = new EpisodeBuilder(spec);
        _noise = noise > 0 ? new ActionNoise((BoxSpace)spec.Action, noise) : null;
        _observation = new byte[spec.Observation.ByteCount];
        _action = new byte[spec.Action.ByteCount];
    }

    /// <summary>Gets the environment.</summary>
    public IEnvironment Environment { get; }

    /// <summary>Gets the maze under it.</summary>
    public IMazeEnvironment Maze { get; }

    /// <summary>Gets the number of steps of the running episode.</summary>
    public int Length => _builder.Length;

    /// <summary>Gets whether the observation before the last step was at the target.</summary>
    public bool Reached => _controller.Reached;

    /// <summary>Gets the target, which the column of goals keeps.</summary>
    public (double X, double Y) Target { get; private set; }

    /// <summary>Resets the environment.</summary>
    /// <param name="streams">The piece's streams.</param>
    /// <param name="piece">The piece's number.</param>
    public void Reset(PieceStreams streams, long piece)
    {
        _policyRandom = streams.Policy(piece);
        _noiseRandom = streams.Noise(piece);
        Environment.Seed(streams.Environment(piece));
        Environment.Reset(_observation);
    }

    /// <summary>Takes a step that no episode keeps, without any push.</summary>
    /// <returns>What it brought.</returns>
    public StepResult Idle()
    {
        _action.AsSpan().Clear();
        return Environment.Step(_action, _observation);
    }

    /// <summary>Begins an episode where the body is.</summary>
    /// <param name="target">Where it shall go.</param>
    public void Begin((double X, double Y) target)
    {
        Target = target;
        _controller.SetTarget(target.X, target.Y);
        _builder.Reset(_observation);
    }

    /// <summary>Takes a step towards the target.</summary>
    /// <param name="reward">The reward to keep instead of the environment's; null for that.</param>
    /// <returns>What the environment gave.</returns>
    public StepResult Step(float? reward = null)
    {
        _columns.Capture();
        _columns.SetGoal(Target.X, Target.Y);
        _controller.Act(_observation, ref _policyRandom, _action);
        _noise?.AddTo(_action, ref _noiseRandom);
        var result = Environment.Step(_action, _observation);
        _builder.Add(_action, reward ?? result.Reward, _observation);
        _columns.Write(_builder);
        return result;
    }

    /// <summary>Ends the episode.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="end">How its last step ended it.</param>
    /// <returns>The episode.</returns>
    public Episode End(Guid id, EpisodeEnd end) => _builder.Build(id, end);

    /// <summary>Draws a cell.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="except">A cell that is not wanted where there is another; null for none.</param>
    /// <param name="random">The stream.</param>
    /// <returns>One of them.</returns>
    public static MazeCell Draw(ImmutableArray<MazeCell> cells, MazeCell? except, ref RandomStream random)
    {
        var skipped = except is { } cell && cells.Length > 1 ? cells.IndexOf(cell) : -1;
        var index = random.NextInt32(skipped < 0 ? cells.Length : cells.Length - 1);
        return cells[skipped >= 0 && index >= skipped ? index + 1 : index];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _builder.Dispose();
        (_controller as IDisposable)?.Dispose();
        (Environment.Unwrapped as IDisposable)?.Dispose();
    }
}
