using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>Where rollout threads get the policy that they act with. Safe for many threads.</summary>
public interface IPolicySource
{
    /// <summary>Gets the newest version; 0 before the first.</summary>
    long Version { get; }

    /// <summary>
    /// Brings a thread's policy up to date. A thread calls it about its own policy between two steps; it costs next to nothing where there is
    /// nothing newer.
    /// </summary>
    /// <param name="current">The thread's policy, or null for none yet; disposed where it is replaced.</param>
    /// <returns>The thread's policy from now on; null before the first.</returns>
    IPolicy? Refresh(IPolicy? current);
}
