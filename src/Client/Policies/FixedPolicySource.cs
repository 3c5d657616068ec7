using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>One policy that never changes, one copy a thread.</summary>
/// <param name="factory">Makes policies of the bundle's algorithm.</param>
/// <param name="bundle">The bundle.</param>
/// <param name="version">The bundle's version, at least 1.</param>
public sealed class FixedPolicySource(IPolicyFactory factory, ReadOnlyMemory<byte> bundle, long version = 1) : IPolicySource
{
    /// <inheritdoc/>
    public long Version { get; } = version >= 1 ? version : throw new ArgumentOutOfRangeException(nameof(version), version, "Expected a version of 1 or more.");

    /// <inheritdoc/>
    public IPolicy? Refresh(IPolicy? current) => current ?? factory.Create(bundle);
}
