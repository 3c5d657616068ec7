using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MemoryRL.Grains;

/// <summary>
/// Bounds how long a call may wait inside a grain: as long as its caller asked for, but always ending well before the response timeout, so that
/// the caller hears a reason and never only silence.
/// </summary>
/// <param name="options">Where the response timeout stands.</param>
/// <param name="lifetime">The host's life.</param>
internal sealed class WaitLimit(IOptions<MemoryRLOptions> options, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly TimeSpan _most = options.Value.ResponseTimeout * 0.8;

    /// <summary>Gets what ends every wait when the host stops: waits would hold up the grains' deactivation, and with it their snapshots.</summary>
    public CancellationToken Stopping { get; } = lifetime.ApplicationStopping;

    /// <summary>Checks and bounds a wait.</summary>
    /// <param name="maxWait">What the caller asked for, from 0 to 1 day.</param>
    /// <returns>How long the call waits at most.</returns>
    /// <exception cref="InvalidInputException">The wait is out of range.</exception>
    public TimeSpan Bound(TimeSpan maxWait)
    {
        if (maxWait < TimeSpan.Zero || maxWait > Longest)
        {
            throw new InvalidInputException("request.max_wait", "a wait of 0 to 1 day", maxWait.ToString());
        }

        return maxWait < _most ? maxWait : _most;
    }
}
