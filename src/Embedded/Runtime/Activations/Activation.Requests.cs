namespace MemoryRL.Embedded.Runtime;

/// <summary>Which request may start when.</summary>
internal sealed partial class Activation
{
    private readonly Lock _runningLock = new();
    private readonly List<Request> _running = [];
    private RequestQueue _waiting;
    private Request? _starting;
    private int _runningCount;
    private int _runningReadOnly;
    private int _runningInterleaved;
    private int _load;
    private bool _needsPump;

    /// <summary>Gets the number of requests posted and not answered; counted for workers only.</summary>
    internal int Load => Volatile.Read(ref _load);

    internal override void Post(Request request) => Turns.Post(request);

    internal void PostCounted(Request request)
    {
        Interlocked.Increment(ref _load);
        Turns.Post(request);
    }

    /// <summary>Takes a request in a turn: starts it, or lets it wait.</summary>
    internal void Accept(Request request)
    {
        switch (_phase)
        {
            case Phase.Valid when _leaving is null && MayStart(request):
                Start(request);
                return;
            case Phase.Gone:
                _host.Directory.Reroute(request);
                return;
            case Phase.Created:
                _waiting.Add(request);
                _ = ActivateAsync(request);
                return;
            default:
                _waiting.Add(request);
                return;
        }
    }

    /// <summary>Does what a turn has made possible; called between turns.</summary>
    internal void AfterTurn()
    {
        while (_needsPump)
        {
            _needsPump = false;
            Turns.TellAnswer();
            if (_leaving is { } reason && _runningCount == 0)
            {
                if (_phase == Phase.Valid)
                {
                    _ = DeactivateAsync(reason, _leavingToken);
                    return;
                }

                if (_phase == Phase.Created)
                {
                    Vanish();
                    RerouteWaiting();
                }
            }

            if (_phase == Phase.Valid && _leaving is null)
            {
                StartWaiting();
            }
        }
    }

    /// <summary>Adds a request that goes on after its first await.</summary>
    internal void AddRunning(Request request)
    {
        lock (_runningLock)
        {
            request.RunningIndex = _running.Count;
            _running.Add(request);
        }

        _runningCount++;
        _runningReadOnly += request.Method.IsReadOnly ? 1 : 0;
        _runningInterleaved += request.IsInterleaved ? 1 : 0;
    }

    /// <summary>Removes a request that has ended after an await.</summary>
    internal void RemoveRunning(Request request)
    {
        lock (_runningLock)
        {
            var last = _running[^1];
            _running[request.RunningIndex] = last;
            last.RunningIndex = request.RunningIndex;
            _running.RemoveAt(_running.Count - 1);
        }

        _runningCount--;
        _runningReadOnly -= request.Method.IsReadOnly ? 1 : 0;
        _runningInterleaved -= request.IsInterleaved ? 1 : 0;
        _needsPump = true;
    }

    internal void Ended(Request request)
    {
        if (_group is not null)
        {
            Interlocked.Decrement(ref _load);
        }

        if (request.Failure is Orleans.Storage.InconsistentStateException exception)
        {
            Leave(new Orleans.DeactivationReason(Orleans.DeactivationReasonCode.ApplicationError, exception, "The stored state was written by another."), CancellationToken.None);
        }
    }

    /// <summary>Gives every unanswered request here to the timeout sweep, which runs beside the turns and may miss one that moves.</summary>
    internal void VisitRequests(Action<Request> visit)
    {
        Visit(Turns.Inbox, visit);
        Visit(Turns.Ready, visit);
        Visit(_waiting.Oldest, visit);
        if (Volatile.Read(ref _starting) is { } starting)
        {
            visit(starting);
        }

        Request[] running;
        lock (_runningLock)
        {
            running = [.. _running];
        }

        Array.ForEach(running, visit);
    }

    private static void Visit(WorkItem? item, Action<Request> visit)
    {
        for (; item is not null; item = Volatile.Read(ref item.Next))
        {
            if (item is Request request)
            {
                visit(request);
            }
        }
    }

    private bool MayStart(Request request)
    {
        if (_runningCount == _runningInterleaved || request.IsInterleaved || _class.IsReentrant)
        {
            return true;
        }

        return request.Method.IsReadOnly && _runningReadOnly == _runningCount - _runningInterleaved;
    }

    private void Start(Request request)
    {
        if (!request.TryStart(this))
        {
            Ended(request);
            return;
        }

        if (request.IsUse)
        {
            LastUsed = _host.Clock.Now;
        }

        request.EnterContext();
        Volatile.Write(ref _starting, request);
        request.Invoke(this);
        Volatile.Write(ref _starting, null);
    }

    private void StartWaiting()
    {
        var kept = default(RequestQueue);
        while (_waiting.TryTake(out var request))
        {
            if (_leaving is null && MayStart(request))
            {
                Turns.TellAnswer();
                Start(request);
            }
            else
            {
                kept.Add(request);
                if (_waiting.InterleavableCount == 0)
                {
                    break;
                }
            }
        }

        kept.AddAll(ref _waiting);
        _waiting = kept;
    }

    private void FailWaiting(Exception exception)
    {
        while (_waiting.TryTake(out var request))
        {
            request.Fail(exception);
            Ended(request);
        }
    }

    private void RerouteWaiting()
    {
        while (_waiting.TryTake(out var request))
        {
            _host.Directory.Reroute(request);
        }
    }
}
