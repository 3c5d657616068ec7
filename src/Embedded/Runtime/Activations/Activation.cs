using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>
/// One life of a grain, from its first request to its deactivation. Everything here but <see cref="Post"/>, <see cref="Deactivate"/> and what
/// the timeout sweep reads happens on the activation's turns, so it needs no lock. This part is the life; the requests are in the other.
/// </summary>
internal sealed partial class Activation : CallTarget, IGrainContext
{
    private readonly EmbeddedHost _host;
    private readonly GrainClass _class;
    private readonly WorkerGroup? _group;
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IStoredState> _states = [];
    private HashSet<GrainTimer>? _timers;
    private AsyncServiceScope? _scope;
    private GrainReference? _reference;
    private Phase _phase;
    private DeactivationReason? _leaving;
    private CancellationToken _leavingToken;
    private long _keptUntil = long.MinValue;

    internal Activation(EmbeddedHost host, GrainClass grainClass, GrainId grainId, WorkerGroup? group)
    {
        _host = host;
        _class = grainClass;
        _group = group;
        GrainId = grainId;
        Turns = new TurnScheduler(this);
        LastUsed = host.Clock.Now;
    }

    private enum Phase
    {
        Created,
        Activating,
        Valid,
        Deactivating,
        Gone,
    }

    [ThreadStatic]
    internal static Activation? BeingCreated;

    public GrainId GrainId { get; }

    public GrainReference GrainReference => _reference ??= _host.References.Get(GrainId, _class.Interfaces[0]);

    public object? GrainInstance { get; private set; }

    public IServiceProvider ActivationServices => _scope!.Value.ServiceProvider;

    public Task Deactivated => _deactivated.Task;

    /// <summary>The activation whose turn this is; null outside of turns.</summary>
    internal static Activation? Current => (TaskScheduler.Current as TurnScheduler)?.Owner;

    internal TurnScheduler Turns { get; }

    internal EmbeddedHost Host => _host;

    internal GrainClass Class => _class;

    internal bool HasFilters => _host.Filters.Length > 0 || _class.FiltersItself;

    /// <summary>When the last request started, by the host's coarse clock.</summary>
    internal long LastUsed { get; private set; }

    internal override bool IsGone => _phase == Phase.Gone;

    internal bool IsLeaving => _leaving is not null;

    /// <summary>The async enumerations that callers hold open.</summary>
    internal Dictionary<Guid, IOpenEnumeration> Enumerations => field ??= [];

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"activation of {GrainId}";

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        if (Turns.IsCurrent)
        {
            Leave(deactivationReason, cancellationToken);
        }
        else
        {
            Turns.Post(new ActionTurn(activation => activation.Leave(deactivationReason, cancellationToken)));
        }
    }

    internal override void AddActivations(List<Activation> activations) => activations.Add(this);

    internal void AddState(IStoredState state) => _states.Add(state);

    internal void DelayDeactivation(TimeSpan timeSpan)
    {
        var delay = timeSpan <= TimeSpan.Zero && timeSpan != Timeout.InfiniteTimeSpan ? 0 : CoarseClock.Ticks(timeSpan);
        _keptUntil = delay == 0 ? long.MinValue : CoarseClock.Add(_host.Clock.Now, delay);
    }

    internal IGrainTimer AddTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        if (!Turns.IsCurrent)
        {
            throw new InvalidOperationException($"A timer of {GrainId} can only be registered in a turn of the grain.");
        }

        var timer = new GrainTimer(this, callback, options);
        (_timers ??= []).Add(timer);
        timer.Start();
        return timer;
    }

    internal void RemoveTimer(GrainTimer timer)
    {
        if (Turns.IsCurrent)
        {
            _timers?.Remove(timer);
        }
        else
        {
            Turns.Post(new ActionTurn(activation => activation._timers?.Remove(timer)));
        }
    }

    /// <summary>Deactivates the grain if it has been idle for its class's age; looked at from outside first, decided in a turn.</summary>
    internal void CollectIfIdle()
    {
        if (IsIdle())
        {
            Turns.Post(new ActionTurn(static activation =>
            {
                if (activation.IsIdle() && activation._runningCount == 0 && activation._waiting.IsEmpty && activation._phase == Phase.Valid)
                {
                    activation.Leave(new DeactivationReason(DeactivationReasonCode.ActivationIdle, $"{activation.GrainId} was idle for {activation._class.IdleAge}."), CancellationToken.None);
                }
            }));
        }
    }

    private bool IsIdle()
    {
        var now = _host.Clock.Now;
        return now >= _keptUntil && now >= CoarseClock.Add(LastUsed, CoarseClock.Ticks(_class.IdleAge));
    }

    private void Leave(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_leaving is not null || _phase == Phase.Gone)
        {
            return;
        }

        _leaving = reason;
        _leavingToken = cancellationToken;
        _needsPump = true;

        // A tick or an enumeration under way may wait for its token, and the deactivation waits for them.
        DisposeTimers();
        foreach (var (_, enumeration) in Enumerations)
        {
            enumeration.Abort();
        }
    }

    private async Task ActivateAsync(Request first)
    {
        _phase = Phase.Activating;
        first.EnterContext();
        try
        {
            using var limit = new CancellationTokenSource(_host.Collection.ActivationTimeout, _host.Time);
            _scope = _host.Services.CreateAsyncScope();
            BeingCreated = this;
            try
            {
                GrainInstance = _class.CreateInstance(this);
            }
            finally
            {
                BeingCreated = null;
            }

            foreach (var state in _states)
            {
                await state.ReadStateAsync(limit.Token);
            }

            if (GrainInstance is IGrainBase grain)
            {
                await grain.OnActivateAsync(limit.Token).WaitAsync(limit.Token);
            }

            _phase = Phase.Valid;
        }
        catch (Exception exception)
        {
            HostLog.ActivationFailed(_host.Logger, exception, GrainId);
            DisposeTimers();
            await DisposeInstanceAsync();
            Vanish();
            FailWaiting(exception);
        }
        finally
        {
            LastUsed = _host.Clock.Now;
            _needsPump = true;
        }
    }

    private async Task DeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _phase = Phase.Deactivating;
        TurnScheduler.EnterCleanContext();
        DisposeTimers();
        using var limit = new CancellationTokenSource(_host.Collection.DeactivationTimeout, _host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (GrainInstance is IGrainBase grain)
            {
                await grain.OnDeactivateAsync(reason, either.Token).WaitAsync(either.Token);
            }
        }
        catch (Exception exception)
        {
            HostLog.DeactivationFailed(_host.Logger, exception, GrainId);
        }

        foreach (var (_, enumeration) in Enumerations)
        {
            await enumeration.DisposeAsync();
        }

        await DisposeInstanceAsync();
        Vanish();
        RerouteWaiting();
    }

    private async Task DisposeInstanceAsync()
    {
        try
        {
            if (GrainInstance is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync();
            }
            else
            {
                (GrainInstance as IDisposable)?.Dispose();
            }

            if (_scope is { } scope)
            {
                await scope.DisposeAsync();
            }
        }
        catch (Exception exception)
        {
            HostLog.DisposalFailed(_host.Logger, exception, GrainId);
        }
    }

    private void DisposeTimers()
    {
        foreach (var timer in _timers?.ToArray() ?? [])
        {
            timer.Dispose();
        }
    }

    // First out of the directory, then gone: whoever finds this activation gone can then only find a new one.
    private void Vanish()
    {
        if (_group is null)
        {
            _host.Directory.Remove(GrainId, this);
        }
        else
        {
            _group.Remove(this);
        }

        // References to the grain remember this activation until their next call; what the grain holds must not wait for that.
        GrainInstance = null;
        _states.Clear();
        _phase = Phase.Gone;
        _deactivated.TrySetResult();
    }
}
