using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace MemoryRL.Silo;

/// <summary>Ready means: the host has started, is not stopping, and a grain answers.</summary>
/// <param name="grains">The grains.</param>
/// <param name="lifetime">The host's life.</param>
internal sealed class GrainsHealthCheck(IGrainFactory grains, IHostApplicationLifetime lifetime) : IHealthCheck
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!lifetime.ApplicationStarted.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy(lifetime.ApplicationStopping.IsCancellationRequested ? "the silo is stopping" : "the silo is starting");
        }

        try
        {
            await grains.GetPolicy("health").ListVersionsAsync(cancellationToken).WaitAsync(Deadline, cancellationToken);
            return HealthCheckResult.Healthy("grains answer");
        }
        catch (TimeoutException error)
        {
            return HealthCheckResult.Unhealthy($"no grain answered within {Deadline.TotalSeconds} s", error);
        }
    }
}
