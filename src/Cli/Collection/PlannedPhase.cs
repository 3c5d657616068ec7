using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>One phase of a data set's recipe: who acts, how, until when.</summary>
/// <param name="Name">Who acts.</param>
/// <param name="EndStep">How many steps there are when the phase ends.</param>
internal abstract record PlannedPhase(string Name, long EndStep)
{
    /// <summary>Gets the policies that act, possibly none.</summary>
    public abstract ImmutableArray<CollectionPolicy> Policies { get; }

    /// <summary>Makes what plays.</summary>
    /// <param name="task">The task.</param>
    /// <param name="seed">The collection's seed.</param>
    /// <param name="family">The phase's number.</param>
    /// <param name="runId">The collection's id.</param>
    /// <returns>The source.</returns>
    public abstract IPieceSource CreateSource(EnvironmentEntry task, ulong seed, int family, Guid runId);

    /// <summary>Describes the phase for the recipe: all that the data depend on.</summary>
    /// <returns>An object with snake-case names.</returns>
    public abstract JsonObject Describe();
}

/// <summary>A policy plays episodes of the task.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Mode">How it chooses.</param>
/// <param name="Noise">The deviation of the noise on its actions.</param>
/// <param name="EndStep">How many steps there are when the phase ends.</param>
internal sealed record PolicyPhase(CollectionPolicy Policy, ActMode Mode, double Noise, long EndStep) : PlannedPhase(Policy.Name, EndStep)
{
    /// <inheritdoc/>
    public override ImmutableArray<CollectionPolicy> Policies => [Policy];

    /// <inheritdoc/>
    public override IPieceSource CreateSource(EnvironmentEntry task, ulong seed, int family, Guid runId) =>
        new PolicyPieces(task.Create, Policy.Create, new PolicyPieceOptions { Mode = Mode, Noise = Noise, Seed = seed, Family = family, RunId = runId });

    /// <inheritdoc/>
    public override JsonObject Describe() => new()
    {
        ["plays"] = "policy",
        ["policy"] = Policy.Name,
        ["sha256"] = Policy.Sha256,
        ["mode"] = Mode == ActMode.Greedy ? "greedy" : "explore",
        ["noise"] = Noise,
        ["end_step"] = EndStep,
    };
}

/// <summary>A waypoint controller pushes the ball of a point maze from goal to goal in one stream.</summary>
/// <param name="Noise">The deviation of the noise on its actions.</param>
/// <param name="EndStep">How many steps there are when the phase ends.</param>
internal sealed record StreamPhase(double Noise, long EndStep) : PlannedPhase("waypoint controller", EndStep)
{
    private const int StepsPerStream = 50_000;

    /// <inheritdoc/>
    public override ImmutableArray<CollectionPolicy> Policies => [];

    /// <inheritdoc/>
    public override IPieceSource CreateSource(EnvironmentEntry task, ulong seed, int family, Guid runId) => new WaypointStreams(
        task,
        map => new PointWaypointController(map),
        new WaypointPieceOptions { Noise = Noise, Seed = seed, Family = family, RunId = runId, StepsPerStream = StepsPerStream });

    /// <inheritdoc/>
    public override JsonObject Describe() => new() { ["plays"] = "waypoint stream", ["noise"] = Noise, ["steps_per_stream"] = StepsPerStream, ["end_step"] = EndStep };
}

/// <summary>A walking policy is steered through an ant maze from a start to a target.</summary>
/// <param name="Walker">The policy of the plain ant.</param>
/// <param name="Goals">Among which cells starts and targets are drawn.</param>
/// <param name="Noise">The deviation of the noise on its actions.</param>
/// <param name="EndStep">How many steps there are when the phase ends.</param>
internal sealed record WalkerPhase(CollectionPolicy Walker, MazeGoals Goals, double Noise, long EndStep) : PlannedPhase($"waypoints, {Walker.Name}", EndStep)
{
    /// <inheritdoc/>
    public override ImmutableArray<CollectionPolicy> Policies => [Walker];

    /// <inheritdoc/>
    public override IPieceSource CreateSource(EnvironmentEntry task, ulong seed, int family, Guid runId)
    {
        var (starts, targets) = CellsOf(task);
        var options = new WaypointPieceOptions { Noise = Noise, Seed = seed, Family = family, RunId = runId, Starts = starts, Targets = targets };
        using var walker = Walker.Create();
        var steering = AntWalkerOptions.MeasuredOn(walker);
        return new WaypointEpisodes(task, map => new AntWaypointController(map, Walker.Create(), options: steering), options);
    }

    /// <inheritdoc/>
    public override JsonObject Describe() => new()
    {
        ["plays"] = "waypoint episodes",
        ["policy"] = Walker.Name,
        ["sha256"] = Walker.Sha256,
        ["goals"] = Goals.ToString().ToLowerInvariant(),
        ["noise"] = Noise,
        ["end_step"] = EndStep,
    };

    // An episode that began at the task's goal would be over at once: nobody starts there.
    private (ImmutableArray<MazeCell> Starts, ImmutableArray<MazeCell> Targets) CellsOf(EnvironmentEntry task)
    {
        if (Goals == MazeGoals.Task)
        {
            return ([], []);
        }

        var map = ((IMazeEnvironment)task.Create().Unwrapped).Map;
        var cells = Goals == MazeGoals.Diverse ? map.FreeCells : [.. map.FreeCells.Where(cell => IsEnd(cell.Row, map.RowCount) && IsEnd(cell.Column, map.ColumnCount))];
        return (cells.Remove(map.GoalCell), cells);

        static bool IsEnd(int index, int count) => index == 1 || index == count - 2;
    }
}

/// <summary>Among which cells of an ant maze starts and targets are drawn.</summary>
internal enum MazeGoals
{
    /// <summary>The task's own start and goal.</summary>
    Task = 0,

    /// <summary>The maze's four corners, in the manner of D4RL's hand-picked places; which cells is our choice.</summary>
    Play = 1,

    /// <summary>All free cells.</summary>
    Diverse = 2,
}
