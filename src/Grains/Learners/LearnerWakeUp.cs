using System.Diagnostics.CodeAnalysis;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MemoryRL.Grains;

/// <summary>
/// Calls the learners that are to train, once the host has started and every minute from then on. A learner whose process or silo has gone is
/// activated by the call, and resumes; to one that trains the call means nothing.
/// </summary>
/// <param name="grains">The grains.</param>
/// <param name="lifetime">The host's life.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class LearnerWakeUp(IGrainFactory grains, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<LearnerWakeUp> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, lifetime.ApplicationStarted).WaitAsync(stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            using var timer = new PeriodicTimer(Period, time);
            do
            {
                await WakeAsync(stopping.Token);
            }
            while (await timer.WaitForNextTickAsync(stopping.Token));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A learner that cannot be called now is called again; it must not end the host.")]
    private async Task WakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var names = await grains.GetLearnerRegistry().ListAsync(cancellationToken);
            await Task.WhenAll(names.Select(name => grains.GetLearner(name).GetProgressAsync(cancellationToken)));
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotWoken(logger, fault);
        }
    }

    [LoggerMessage(EventId = 4006, EventName = "LearnersNotWoken", Level = LogLevel.Warning, Message = "Not every learner that is to train could be called; they are called again in a minute.")]
    private static partial void LogNotWoken(ILogger logger, Exception fault);
}
