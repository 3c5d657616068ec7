using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;

namespace MemoryRL.Grains;

/// <summary>What a run is made from.</summary>
internal sealed record LearnerRunSettings
{
    /// <summary>Gets the learner's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what the learner is.</summary>
    public required LearnerSpecMessage Spec { get; init; }

    /// <summary>Gets what makes the learner.</summary>
    public required ILearnerFactory Factory { get; init; }

    /// <summary>Gets what it is made from.</summary>
    public required LearnerSettings LearnerSettings { get; init; }

    /// <summary>Gets where its batches come from.</summary>
    public required LearnerFeed Feed { get; init; }

    /// <summary>Gets how far it has come.</summary>
    public required LearnerPosition Position { get; init; }

    /// <summary>Gets whether the learner publishes before its first feeding.</summary>
    public required bool PublishFirst { get; init; }

    /// <summary>Gets the policy that it publishes to.</summary>
    public required IPolicyGrain Policy { get; init; }

    /// <summary>Gets where its value functions go, of a learner that has them.</summary>
    public required IPolicyGrain PolicyValues { get; init; }

    /// <summary>Gets what writes a checkpoint while the learner rests between two updates.</summary>
    public required Func<LearnerRun, Task> Checkpoint { get; init; }

    /// <summary>Gets the clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Gets the instruments.</summary>
    public required MemoryRLTelemetry Telemetry { get; init; }

    /// <summary>Gets the log.</summary>
    public required ILogger Logger { get; init; }
}
