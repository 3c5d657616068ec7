using Microsoft.Extensions.DependencyInjection;
using MemoryRL.Embedded.Runtime;
using Orleans.Runtime;

namespace Orleans;

/// <summary>What every grain interface extends.</summary>
public interface IGrain : IAddressable;

/// <summary>What the interface of a grain with a string key extends.</summary>
public interface IGrainWithStringKey : IGrain;

/// <summary>What a grain class implements.</summary>
public interface IGrainBase
{
    /// <summary>Gets the activation.</summary>
    IGrainContext GrainContext { get; }

    /// <summary>Called before the first request.</summary>
    /// <param name="token">Cancelled when activating takes too long.</param>
    /// <returns>Completes when the grain is ready.</returns>
    Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

    /// <summary>Called after the last request.</summary>
    /// <param name="reason">Why the grain goes.</param>
    /// <param name="token">Cancelled when deactivating takes too long.</param>
    /// <returns>Completes when the grain may go.</returns>
    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
}

/// <summary>The usual base of a grain class.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <summary>Initializes the grain in the activation that is being created.</summary>
    protected Grain()
    {
        GrainContext = Activation.BeingCreated ?? throw new InvalidOperationException($"{GetType()} was created outside of the host.");
    }

    /// <summary>Gets the activation.</summary>
    public IGrainContext GrainContext { get; }

    /// <summary>Gets a reference to this grain.</summary>
    public GrainReference GrainReference => GrainContext.GrainReference;

    /// <summary>Gets the identity as text.</summary>
    public string IdentityString => GrainContext.GrainId.ToString();

    /// <summary>Gets what makes references to other grains.</summary>
    protected IGrainFactory GrainFactory => ServiceProvider.GetRequiredService<IGrainFactory>();

    /// <summary>Gets the services of this activation.</summary>
    protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

    /// <summary>Called before the first request.</summary>
    /// <param name="cancellationToken">Cancelled when activating takes too long.</param>
    /// <returns>Completes when the grain is ready.</returns>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called after the last request.</summary>
    /// <param name="reason">Why the grain goes.</param>
    /// <param name="cancellationToken">Cancelled when deactivating takes too long.</param>
    /// <returns>Completes when the grain may go.</returns>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Deactivates the grain after the requests that run now.</summary>
    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

    /// <summary>Keeps the grain from being collected for being idle.</summary>
    /// <param name="timeSpan">For how long; zero or less takes the last delay back.</param>
    protected void DelayDeactivation(TimeSpan timeSpan) => ((Activation)GrainContext).DelayDeactivation(timeSpan);
}

/// <summary>What a grain may do with itself.</summary>
public static class GrainBaseExtensions
{
    /// <summary>Deactivates the grain after the requests that run now.</summary>
    /// <param name="grain">The grain.</param>
    public static void DeactivateOnIdle(this IGrainBase grain)
    {
        grain.GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateOnIdle)} was called."));
    }

    /// <summary>Registers a timer whose ticks are turns of the grain.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="grain">The grain.</param>
    /// <param name="callback">Called at each tick; the next is scheduled after its task has completed.</param>
    /// <param name="state">Given to the callback.</param>
    /// <param name="options">When it ticks, and how.</param>
    /// <returns>The timer.</returns>
    public static IGrainTimer RegisterGrainTimer<TState>(this IGrainBase grain, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return ((Activation)grain.GrainContext).AddTimer(cancellationToken => callback(state, cancellationToken), options);
    }

    /// <summary>Registers a timer whose ticks are turns of the grain.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="callback">Called at each tick; the next is scheduled after its task has completed.</param>
    /// <param name="options">When it ticks, and how.</param>
    /// <returns>The timer.</returns>
    public static IGrainTimer RegisterGrainTimer(this IGrainBase grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return ((Activation)grain.GrainContext).AddTimer(callback, options);
    }

    /// <summary>Registers a timer whose ticks are turns of the grain.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="grain">The grain.</param>
    /// <param name="callback">Called at each tick; the next is scheduled after its task has completed.</param>
    /// <param name="state">Given to the callback.</param>
    /// <param name="options">When it ticks, and how.</param>
    /// <returns>The timer.</returns>
    public static IGrainTimer RegisterGrainTimer<TState>(this IGrainBase grain, Func<TState, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return ((Activation)grain.GrainContext).AddTimer(_ => callback(state), options);
    }

    /// <summary>Registers a timer whose ticks are turns of the grain.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="callback">Called at each tick; the next is scheduled after its task has completed.</param>
    /// <param name="options">When it ticks, and how.</param>
    /// <returns>The timer.</returns>
    public static IGrainTimer RegisterGrainTimer(this IGrainBase grain, Func<Task> callback, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return ((Activation)grain.GrainContext).AddTimer(_ => callback(), options);
    }
}

/// <summary>What can be asked of a grain or a reference.</summary>
public static class GrainExtensions
{
    /// <summary>Gets the identity.</summary>
    /// <param name="grain">A grain or a reference.</param>
    /// <returns>The identity.</returns>
    public static GrainId GetGrainId(this IAddressable grain)
    {
        return grain switch
        {
            GrainReference reference => reference.GrainId,
            IGrainBase self => self.GrainContext.GrainId,
            _ => throw new ArgumentException($"Expected a grain or a reference to one but got {grain.GetType()}.", nameof(grain)),
        };
    }

    /// <summary>Gets the key.</summary>
    /// <param name="grain">A grain or a reference.</param>
    /// <returns>The key.</returns>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();

    /// <summary>Makes a reference to the same grain by one of its interfaces, for a grain to hand itself out.</summary>
    /// <typeparam name="TGrainInterface">The interface.</typeparam>
    /// <param name="grain">A grain or a reference.</param>
    /// <returns>The reference.</returns>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain)
    {
        var reference = grain as GrainReference ?? ((IGrainBase)grain).GrainContext.GrainReference;
        return (TGrainInterface)(object)reference.Host.References.Get(reference.GrainId, typeof(TGrainInterface));
    }
}
