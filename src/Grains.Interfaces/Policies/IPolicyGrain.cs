using System.Collections.Immutable;

namespace MemoryRL.Grains.Interfaces;

/// <summary>The versions of one policy's bundles, old ones kept by count. Key: the policy's name.</summary>
[Alias("memoryrl.IPolicyGrain")]
public interface IPolicyGrain : IGrainWithStringKey
{
    /// <summary>Publishes a bundle.</summary>
    /// <param name="bundle">The bundle; its version is above every version before.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Completes when agents can have it.</returns>
    /// <exception cref="InvalidInputException">The version is not above the latest, or the bundle is no Safetensors.</exception>
    [Alias("PublishAsync")]
    Task PublishAsync(PolicyBundle bundle, CancellationToken cancellationToken = default);

    /// <summary>Gets the latest bundle if it is newer than a version, waiting for one.</summary>
    /// <param name="version">The version that the caller has; 0 for none.</param>
    /// <param name="maxWait">How long to wait.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The latest bundle, or null when none newer came in time.</returns>
    [Alias("GetNewerAsync")]
    Task<PolicyBundle?> GetNewerAsync(long version, TimeSpan maxWait, CancellationToken cancellationToken = default);

    /// <summary>Gets one version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The bundle, or null when it is not kept.</returns>
    [Alias("GetAsync")]
    Task<PolicyBundle?> GetAsync(long version, CancellationToken cancellationToken = default);

    /// <summary>Lists the versions kept, the oldest first.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The versions.</returns>
    [Alias("ListVersionsAsync")]
    Task<ImmutableArray<long>> ListVersionsAsync(CancellationToken cancellationToken = default);
}
