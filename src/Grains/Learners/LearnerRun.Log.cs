using Microsoft.Extensions.Logging;

namespace MemoryRL.Grains;

/// <content>What a run logs.</content>
internal sealed partial class LearnerRun
{
    [LoggerMessage(EventId = 4001, EventName = "LearnerStarted", Level = LogLevel.Information,
        Message = "Learner {LearnerName} ({Algorithm}) trains from update {UpdateCount}, feeding {FeedCount}.")]
    private static partial void LogStarted(ILogger logger, string learnerName, string algorithm, long updateCount, long feedCount);

    [LoggerMessage(EventId = 4002, EventName = "LearnerStopped", Level = LogLevel.Information,
        Message = "Learner {LearnerName} stopped at update {UpdateCount}, feeding {FeedCount}.")]
    private static partial void LogStopped(ILogger logger, string learnerName, long updateCount, long feedCount);

    [LoggerMessage(EventId = 4003, EventName = "LearnerFailed", Level = LogLevel.Error, Message = "Learner {LearnerName} failed after feeding {FeedCount}.")]
    private static partial void LogFailed(ILogger logger, Exception fault, string learnerName, long feedCount);

    [LoggerMessage(EventId = 4004, EventName = "FreshEpisodesMissed", Level = LogLevel.Warning,
        Message = "Learner {LearnerName} missed {EpisodeCount} fresh episodes that were evicted before it read them.")]
    private static partial void LogMissed(ILogger logger, string learnerName, long episodeCount);

    [LoggerMessage(EventId = 4005, EventName = "LearnerCallRetried", Level = LogLevel.Warning, Message = "Learner {LearnerName} will call again after an error that passes.")]
    private static partial void LogRetry(ILogger logger, Exception fault, string learnerName);

    [LoggerMessage(EventId = 5203, EventName = "CheckpointFailed", Level = LogLevel.Error, Message = "Checkpoint of learner {LearnerName} could not be written.")]
    private static partial void LogNotCheckpointed(ILogger logger, Exception fault, string learnerName);
}
