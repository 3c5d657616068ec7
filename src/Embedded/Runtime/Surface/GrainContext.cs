using MemoryRL.Embedded.Runtime;

namespace Orleans.Runtime;

/// <summary>Something that has a grain's identity.</summary>
public interface IAddressable;

/// <summary>An activation of a grain.</summary>
public interface IGrainContext : IEquatable<IGrainContext>
{
    /// <summary>Gets a reference to the grain.</summary>
    GrainReference GrainReference { get; }

    /// <summary>Gets the grain's identity.</summary>
    GrainId GrainId { get; }

    /// <summary>Gets the grain itself, once it is created.</summary>
    object? GrainInstance { get; }

    /// <summary>Gets the services of this activation.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Gets a task that completes when the activation is gone.</summary>
    Task Deactivated { get; }

    /// <summary>Deactivates the grain after the requests that run now.</summary>
    /// <param name="deactivationReason">Why.</param>
    /// <param name="cancellationToken">Cuts the deactivation short.</param>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}

/// <summary>A reference to a grain; the emitted proxies derive from it.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly EmbeddedHost _host;
    private readonly GrainId _grainId;
    private CallTarget? _target;

    internal GrainReference(EmbeddedHost host, GrainId grainId)
    {
        _host = host;
        _grainId = grainId;
    }

    /// <summary>Gets the grain's identity.</summary>
    public GrainId GrainId => _grainId;

    internal EmbeddedHost Host => _host;

    /// <summary>Compares the identities.</summary>
    /// <param name="reference1">One.</param>
    /// <param name="reference2">The other.</param>
    /// <returns>Whether they are equal.</returns>
    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) => reference1 is null ? reference2 is null : reference1.Equals(reference2);

    /// <summary>Compares the identities.</summary>
    /// <param name="reference1">One.</param>
    /// <param name="reference2">The other.</param>
    /// <returns>Whether they differ.</returns>
    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !(reference1 == reference2);

    /// <inheritdoc/>
    public bool Equals(GrainReference? other) => other is not null && _grainId.Equals(other._grainId);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    /// <inheritdoc/>
    public override int GetHashCode() => _grainId.GetHashCode();

    /// <inheritdoc/>
    public sealed override string ToString() => $"GrainReference:{_grainId}";

    // Where calls go: the activation of the last call while it lives, else whoever the directory has or makes now.
    internal CallTarget Target()
    {
        var target = _target;
        if (target is null || target.IsGone)
        {
            target = _host.Directory.GetOrCreate(_grainId);
            _target = target;
        }

        return target;
    }
}
