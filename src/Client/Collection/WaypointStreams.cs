using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>Pieces that are stretches of a stream in a point maze: the ball is never put back, and each time that it arrives it gets another target.</summary>
/// <remarks>
/// D4RL's <c>maze2d</c> (scripts/generation/generate_maze2d_datasets.py, relabel_maze2d_rewards.py): a target is a random free cell; it changes
/// when it is reached or the task's limit of steps is over, which the data mark as a time-out; rewards are those of the task's own fixed goal,
/// judged on the observation before the step. <c>infos_goal</c> is the controller's target. Three things differ: a collection is made of stretches
/// of 50,000 steps, each with a reset of its own, instead of a single one, so that threads can share it; D4RL's loop forgets to read the observation
/// after a change of target and repeats the one before, ours does not; and targets are the cells' anchors, where D4RL adds noise that its
/// controller does not look at.
/// </remarks>
public sealed class WaypointStreams : IPieceSource
{
    private readonly Func<IEnvironment> _createEnvironment;
    private readonly Func<MazeMap, IWaypointController> _createController;
    private readonly WaypointPieceOptions _options;
    private readonly int _limit;

    /// <summary>Initializes the source.</summary>
    /// <param name="task">A task in a point maze with a limit of steps, which here bounds the time for one target.</param>
    /// <param name="createController">Makes a controller for a map, once for each thread.</param>
    /// <param name="options">How it plays; null for the defaults.</param>
    /// <exception cref="InvalidExperienceException">An option is not allowed, or the task is no maze or has no limit.</exception>
    public WaypointStreams(EnvironmentEntry task, Func<MazeMap, IWaypointController> createController, WaypointPieceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(createController);
        _options = options ?? new WaypointPieceOptions();
        _options.Validate();
        _limit = task.Spec.MaxEpisodeSteps ?? throw new InvalidExperienceException("environment.max_episode_steps", "a limit, so that every target changes", "none");
        _createEnvironment = () => task.Create(null);
        _createController = createController;
        Spec = WaypointEpisodes.SpecOf(_createEnvironment());
    }

    /// <inheritdoc/>
    public ExperienceSpec Spec { get; }

    /// <inheritdoc/>
    public int PiecesPerWorker => 1;

    /// <inheritdoc/>
    public IPieceWorker CreateWorker() => new Worker(this);

    private sealed class Worker(WaypointStreams source) : IPieceWorker
    {
        private readonly WaypointPlayer _player = new(source.Spec, source._createEnvironment(), source._createController, source._options.Noise);
        private readonly PieceStreams _streams = source._options.Streams;

        public void Work(PieceQueue queue)
        {
            while (queue.WaitAndTake(out var number))
            {
                if (Play(queue, number) is { } episodes)
                {
                    queue.Finish(number, episodes);
                }
            }
        }

        public void Dispose() => _player.Dispose();

        private ImmutableArray<Episode>? Play(PieceQueue queue, long number)
        {
            var goals = _streams.Goals(number);
            var episodes = ImmutableArray.CreateBuilder<Episode>();
            _player.Reset(_streams, number);

            // The reward of a step is that of the state before it, so the stream begins after a step whose result is known.
            var reward = _player.Idle().Reward;
            var steps = 0;
            while (steps < source._options.StepsPerStream)
            {
                _player.Begin(_player.Maze.Map.AnchorOf(Target(ref goals)));
                do
                {
                    reward = _player.Step(reward).Reward;
                    steps++;
                }
                while (!_player.Reached && _player.Length < source._limit && steps < source._options.StepsPerStream);

                queue.CountSteps(_player.Length);
                episodes.Add(_player.End(_streams.Id(number, episodes.Count), EpisodeEnd.Truncated));
                if (queue.IsClosed)
                {
                    return null;
                }
            }

            return episodes.ToImmutable();
        }

        private MazeCell Target(ref RandomStream random) =>
            WaypointPlayer.Draw(source._options.Targets.IsEmpty ? _player.Maze.Map.FreeCells : source._options.Targets, except: null, ref random);
    }
}
