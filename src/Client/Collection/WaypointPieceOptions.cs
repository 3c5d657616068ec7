using System.Collections.Immutable;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>How a waypoint controller plays when data are collected.</summary>
public sealed record WaypointPieceOptions : PieceOptions
{
    /// <summary>Gets the cells among which an episode's start is drawn; empty for the task's own choice. Used where pieces are episodes.</summary>
    public ImmutableArray<MazeCell> Starts { get; init; } = [];

    /// <summary>Gets the cells among which the controller's target is drawn, another than the start's where there is one; empty for the task's goal or, in a stream, all free cells.</summary>
    public ImmutableArray<MazeCell> Targets { get; init; } = [];

    /// <summary>Gets the number of steps of a piece that is a stretch of a stream, at least 1. Default 50,000.</summary>
    public int StepsPerStream { get; init; } = 50_000;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        InvalidExperienceException.ThrowUnless(StepsPerStream >= 1, "collection.steps_per_stream", "1 or more steps", StepsPerStream);
    }
}
