using System.Collections.Immutable;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>One call on its way to a grain, and the promise of its answer.</summary>
internal abstract class Request : WorkItem
{
    private CallCancellation? _cancellation;
    private Activation? _activation;
    private long _sent;
    private int _isCompleted;

    internal abstract GrainMethod Method { get; }

    internal GrainReference Target { get; private set; } = null!;

    /// <summary>Gets the calling activation; null when the caller is no grain.</summary>
    internal Activation? Source { get; private set; }

    /// <summary>Gets the activation that has started the request.</summary>
    internal Activation? Activation => Volatile.Read(ref _activation);

    /// <summary>Gets the error that the grain answered with.</summary>
    internal Exception? Failure { get; private set; }

    internal ImmutableDictionary<string, object>? Context { get; private set; }

    internal int RunningIndex { get; set; }

    internal int RerouteCount { get; set; }

    internal bool IsCompleted => Volatile.Read(ref _isCompleted) != 0;

    /// <summary>Gets a value indicating whether another activation of the grain may take the request.</summary>
    internal virtual bool IsRoutable => true;

    /// <summary>Gets a value indicating whether the request keeps the activation from being idle.</summary>
    internal virtual bool IsUse => true;

    internal virtual bool IsInterleaved => Method.IsAlwaysInterleave;

    internal bool MayInterleave => IsInterleaved || Method.IsReadOnly;

    /// <summary>Gets the token that the grain gets: cancelled in a turn of the grain after the caller's was.</summary>
    internal CancellationToken CalleeToken => _cancellation?.Source.Token ?? CancellationToken.None;

    private TimeSpan ResponseTimeout => Method.Timeout ?? Target.Host.ResponseTimeout(Source is not null);

    internal override void Run(Activation activation) => activation.Accept(this);

    /// <summary>Notes what the answer will need; called by the caller, before anyone else sees the request.</summary>
    internal void Prepare(GrainReference target, CancellationToken cancellationToken)
    {
        Target = target;
        Source = Activation.Current;
        Context = RequestContext.Current;
        _sent = target.Host.Clock.Now;
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = new CallCancellation();
            _cancellation.Registration = cancellationToken.UnsafeRegister(static (state, token) => ((Request)state!).Cancel(token), this);
        }
    }

    /// <summary>Binds the request to the activation that starts it; false when nobody waits for the answer any more.</summary>
    internal bool TryStart(Activation activation)
    {
        if (_cancellation is null)
        {
            _activation = activation;
        }
        else
        {
            Interlocked.Exchange(ref _activation, activation);
        }

        return !IsCompleted;
    }

    /// <summary>Makes the caller's request context, and nothing else of the caller's, the context of this turn.</summary>
    internal void EnterContext()
    {
        TurnScheduler.EnterCleanContext();
        if (Context is not null)
        {
            RequestContext.Current = Context;
        }
    }

    /// <summary>Calls the grain, in a turn.</summary>
    internal abstract void Invoke(Activation activation);

    internal void Fail(Exception exception)
    {
        Failure = exception;
        if (Method.IsOneWay)
        {
            HostLog.OneWayFailed(Target.Host.Logger, exception, Method, Target.GrainId);
        }
        else if (TryComplete())
        {
            SetException(exception);
        }
    }

    /// <summary>Tells whether the promise was given too long ago.</summary>
    /// <param name="now">The coarse clock.</param>
    /// <param name="slack">The clock's period: the request may have been sent that much later than noted.</param>
    internal bool IsExpired(long now, long slack)
    {
        var timeout = ResponseTimeout;
        return timeout != Timeout.InfiniteTimeSpan && !Method.IsOneWay && !IsCompleted && now - _sent >= CoarseClock.Ticks(timeout) + slack;
    }

    /// <summary>Breaks the promise.</summary>
    /// <param name="explanation">What the request waits for, where that is known.</param>
    internal void TimeOut(string explanation)
    {
        if (TryComplete())
        {
            ContinueElsewhere(new TimeoutException($"Response did not arrive on time in {ResponseTimeout} for message: {this}. {explanation}"));
        }
    }

    public override string ToString() => $"Request [{Source?.GrainId.ToString() ?? "client"}]->[{Target.GrainId}] {Method}";

    protected abstract void SetException(Exception exception);

    protected bool TryComplete()
    {
        if (Interlocked.Exchange(ref _isCompleted, 1) != 0)
        {
            return false;
        }

        _cancellation?.Registration.Unregister();
        return true;
    }

    private void Cancel(CancellationToken token)
    {
        if (!TryComplete())
        {
            return;
        }

        ContinueElsewhere(new OperationCanceledException(token));
        Interlocked.MemoryBarrier();
        var source = _cancellation!.Source;
        Activation?.Turns.Post(new ActionTurn(_ => source.Cancel()));
    }

    // Not in a turn: the caller's continuation must not run inside whoever cancelled, nor inside the sweep.
    private void ContinueElsewhere(Exception exception)
    {
        ThreadPool.UnsafeQueueUserWorkItem(static state => state.Request.SetException(state.Exception), (Request: this, Exception: exception), preferLocal: false);
    }

    private sealed class CallCancellation
    {
        internal CancellationTokenSource Source { get; } = new();

        internal CancellationTokenRegistration Registration { get; set; }
    }
}
