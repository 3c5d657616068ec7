using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>Pieces of one episode each in which a controller goes from a start to a target of a maze.</summary>
/// <remarks>
/// D4RL's <c>antmaze</c> (scripts/generation/generate_ant_maze_datasets.py): rewards and terminations are those of the task's own fixed goal,
/// wherever the controller is going; an episode ends as terminated there, and as truncated when the controller is at its target or the task's limit
/// of steps is over. <c>infos_goal</c> is the controller's target.
/// </remarks>
public sealed class WaypointEpisodes : IPieceSource
{
    private readonly EnvironmentEntry _task;
    private readonly Func<MazeMap, IWaypointController> _createController;
    private readonly WaypointPieceOptions _options;

    /// <summary>Initializes the source.</summary>
    /// <param name="task">A task in a maze with a limit of steps.</param>
    /// <param name="createController">Makes a controller for a map, once for each thread.</param>
    /// <param name="options">How it plays; null for the defaults.</param>
    /// <exception cref="InvalidExperienceException">An option is not allowed, or the task is no maze or has no limit.</exception>
    public WaypointEpisodes(EnvironmentEntry task, Func<MazeMap, IWaypointController> createController, WaypointPieceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(createController);
        _options = options ?? new WaypointPieceOptions();
        _options.Validate();
        InvalidExperienceException.ThrowUnless(task.Spec.MaxEpisodeSteps is not null, "environment.max_episode_steps", "a limit, so that every episode ends", "none");
        _task = task;
        _createController = createController;
        Spec = SpecOf(task.Create());
    }

    /// <inheritdoc/>
    public ExperienceSpec Spec { get; }

    /// <inheritdoc/>
    public int PiecesPerWorker => 1;

    /// <inheritdoc/>
    public IPieceWorker CreateWorker() => new Worker(this);

    /// <summary>Says what a step in a maze is made of, and disposes of the environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <returns>The spec with its extra columns.</returns>
    /// <exception cref="InvalidExperienceException">The task is no maze.</exception>
    internal static ExperienceSpec SpecOf(IEnvironment environment)
    {
        InvalidExperienceException.ThrowUnless(environment.Unwrapped is IMazeEnvironment, "environment", "a task in a maze", environment.Spec.Name);
        var spec = environment.Spec.Experience with { ExtraColumns = new PhysicalColumns(environment).Specs };
        (environment.Unwrapped as IDisposable)?.Dispose();
        return spec;
    }

    private sealed class Worker(WaypointEpisodes source) : IPieceWorker
    {
        private const int StepsBetweenCounts = 32;

        private readonly WaypointPlayer _player = new(source.Spec, source._task.Create(), source._createController, source._options.Noise);
        private readonly PieceStreams _streams = source._options.Streams;

        public void Work(PieceQueue queue)
        {
            while (queue.WaitAndTake(out var number))
            {
                if (Play(queue, number) is { } episode)
                {
                    queue.Finish(number, [episode]);
                }
            }
        }

        public void Dispose() => _player.Dispose();

        private Episode? Play(PieceQueue queue, long number)
        {
            Begin(number);
            var counted = 0;
            while (true)
            {
                var result = _player.Step();
                if (_player.Length % StepsBetweenCounts == 0)
                {
                    queue.CountSteps(_player.Length - counted);
                    counted = _player.Length;
                    if (queue.IsClosed)
                    {
                        return null;
                    }
                }

                if (result.Terminated || result.Truncated || _player.Reached)
                {
                    queue.CountSteps(_player.Length - counted);
                    return _player.End(_streams.Id(number, 0), result.Terminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated);
                }
            }
        }

        private void Begin(long number)
        {
            var (options, maze) = (source._options, _player.Maze);
            var random = _streams.Goals(number);
            MazeCell? start = options.Starts.IsEmpty ? null : WaypointPlayer.Draw(options.Starts, except: null, ref random);
            maze.SetStart(start);
            var target = options.Targets.IsEmpty ? maze.Goal : maze.Map.AnchorOf(WaypointPlayer.Draw(options.Targets, start, ref random));
            _player.Reset(_streams, number);
            _player.Begin(target);
        }
    }
}
