using System.Runtime.CompilerServices;

namespace MemoryRL.Embedded.Runtime;

/// <summary>The answer of a method that answers nothing.</summary>
internal readonly struct Nothing;

/// <summary>
/// A request whose caller holds a task. The task comes from a method builder: one object less than a completion source, and, completed in a
/// turn, it never runs the caller's continuation inside that turn.
/// </summary>
/// <typeparam name="T">The type of the answer.</typeparam>
internal abstract class PromisedRequest<T> : AnsweredRequest
{
    private AsyncTaskMethodBuilder<T> _promise;
    private T _result = default!;
    private bool _hasResult;

    internal Task<T> Promise => _promise.Task;

    internal sealed override object? BoxedResult
    {
        get => _hasResult ? _result : null;
        set
        {
            _hasResult = value is not null;
            _result = value is null ? default! : (T)value;
        }
    }

    internal sealed override void TellAnswer() => _promise.SetResult(_result);

    protected void Keep(T result)
    {
        _hasResult = true;
        _result = result;
    }

    protected void Complete(T result)
    {
        if (!Method.IsOneWay && TryComplete())
        {
            _promise.SetResult(result);
        }
    }

    protected void CompleteAfterTurn(T result, Activation activation)
    {
        if (!Method.IsOneWay && TryComplete())
        {
            _result = result;
            activation.Turns.TellAfterTurn(this);
        }

        activation.Ended(this);
    }

    protected override void SetException(Exception exception) => _promise.SetException(exception);

    protected void InvokeFiltered(Activation activation)
    {
        // Never throws: what the filters and the grain throw comes with the task.
        var call = new IncomingCallContext(activation, this).Invoke();
        if (call.IsCompletedSuccessfully)
        {
            CompleteAfterTurn(_result, activation);
            return;
        }

        activation.AddRunning(this);
        _ = AwaitFilteredAsync(activation, call);
    }

    private async Task AwaitFilteredAsync(Activation activation, Task call)
    {
        try
        {
            await call;
            Complete(_result);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        activation.RemoveRunning(this);
        activation.Ended(this);
    }
}

/// <summary>A request to a method that answers nothing; the emitted requests derive from it.</summary>
internal abstract class VoidRequest : PromisedRequest<Nothing>
{
    /// <summary>Calls the method.</summary>
    internal abstract ValueTask Call(object grain);

    internal sealed override void Invoke(Activation activation)
    {
        if (activation.HasFilters && Method.InterfaceMethod is not null)
        {
            InvokeFiltered(activation);
            return;
        }

        ValueTask call;
        try
        {
            call = Call(activation.GrainInstance!);
        }
        catch (Exception exception)
        {
            Fail(exception);
            activation.Ended(this);
            return;
        }

        if (call.IsCompletedSuccessfully)
        {
            call.GetAwaiter().GetResult();
            CompleteAfterTurn(default, activation);
            return;
        }

        activation.AddRunning(this);
        _ = AwaitAsync(activation, call);
    }

    internal sealed override Task CallKeepingAsync(object grain) => Call(grain).AsTask();

    private async Task AwaitAsync(Activation activation, ValueTask call)
    {
        try
        {
            await call;
            Complete(default);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        activation.RemoveRunning(this);
        activation.Ended(this);
    }
}

/// <summary>A request to a method that answers a value; the emitted requests derive from it.</summary>
/// <typeparam name="T">The type of the answer.</typeparam>
internal abstract class ValueRequest<T> : PromisedRequest<T>
{
    /// <summary>Calls the method.</summary>
    internal abstract ValueTask<T> Call(object grain);

    internal sealed override void Invoke(Activation activation)
    {
        if (activation.HasFilters && Method.InterfaceMethod is not null)
        {
            InvokeFiltered(activation);
            return;
        }

        ValueTask<T> call;
        try
        {
            call = Call(activation.GrainInstance!);
            if (call.IsCompletedSuccessfully)
            {
                CompleteAfterTurn(Travels.Send(call.Result, Target, Method.ResultTravels), activation);
                return;
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
            activation.Ended(this);
            return;
        }

        activation.AddRunning(this);
        _ = AwaitAsync(activation, call);
    }

    internal sealed override Task CallKeepingAsync(object grain)
    {
        var call = Call(grain);
        if (!call.IsCompletedSuccessfully)
        {
            return AwaitAndKeepAsync(call);
        }

        Keep(Travels.Send(call.Result, Target, Method.ResultTravels));
        return Task.CompletedTask;
    }

    private async Task AwaitAndKeepAsync(ValueTask<T> call) => Keep(Travels.Send(await call, Target, Method.ResultTravels));

    private async Task AwaitAsync(Activation activation, ValueTask<T> call)
    {
        try
        {
            Complete(Travels.Send(await call, Target, Method.ResultTravels));
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        activation.RemoveRunning(this);
        activation.Ended(this);
    }
}
