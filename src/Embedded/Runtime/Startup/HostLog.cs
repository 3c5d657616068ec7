using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>What the host logs.</summary>
internal static partial class HostLog
{
    [LoggerMessage(EventId = 9001, Level = LogLevel.Information, Message = "The embedded grain host started with {ClassCount} grain classes.")]
    internal static partial void Started(ILogger logger, int classCount);

    [LoggerMessage(EventId = 9002, Level = LogLevel.Information, Message = "The embedded grain host stopped; {ActivationCount} activations were deactivated.")]
    internal static partial void Stopped(ILogger logger, int activationCount);

    [LoggerMessage(EventId = 9003, Level = LogLevel.Warning, Message = "Stopping was cut short while {ActivationCount} activations were still there.")]
    internal static partial void StopCutShort(ILogger logger, int activationCount);

    [LoggerMessage(EventId = 9004, Level = LogLevel.Error, Message = "Activating {GrainId} failed.")]
    internal static partial void ActivationFailed(ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(EventId = 9005, Level = LogLevel.Error, Message = "Deactivating {GrainId} failed; it goes all the same.")]
    internal static partial void DeactivationFailed(ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(EventId = 9006, Level = LogLevel.Warning, Message = "Disposing {GrainId} failed.")]
    internal static partial void DisposalFailed(ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(EventId = 9007, Level = LogLevel.Warning, Message = "A tick of a timer of {GrainId} failed; the next comes all the same.")]
    internal static partial void TimerFailed(ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(EventId = 9009, Level = LogLevel.Critical, Message = "A turn of {GrainId} failed inside the host.")]
    internal static partial void TurnFailed(ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(EventId = 9008, Level = LogLevel.Warning, Message = "The one-way call {Method} to {GrainId} failed.")]
    internal static partial void OneWayFailed(ILogger logger, Exception exception, GrainMethod method, GrainId grainId);
}
