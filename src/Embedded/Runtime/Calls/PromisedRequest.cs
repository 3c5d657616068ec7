using System.Runtime.CompilerServices;

namespace MemoryRL.Embedded.Runtime;

/// <summary>The answer of a method that answers nothing.</summary>
internal readonly struct Nothing;

/// <summary>
/// A request whose caller holds a task. The task comes from a method builder: one object less than a completion source, and, completed in a
/// turn, it never runs the caller's continuation inside that turn.
/// </summary>
/// <typeparam name="T">The type of the answer.</typeparam>
internal abstract class PromisedRequest<T> : Request
{
    private AsyncTaskMethodBuilder<T> _promise;

    internal Task<T> Promise => _promise.Task;

    protected void Complete(T result)
    {
        if (!Method.IsOneWay && TryComplete())
        {
            _promise.SetResult(result);
        }
    }

    protected override void SetException(Exception exception) => _promise.SetException(exception);

    protected async Task InvokeFilteredAsync(Activation activation)
    {
        activation.AddRunning(this);
        try
        {
            var context = new IncomingCallContext(activation, this);
            await context.Invoke();
            Complete(context.Result is null ? default! : (T)context.Result);
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
            _ = InvokeFilteredAsync(activation);
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
            Complete(default);
            activation.Ended(this);
            return;
        }

        activation.AddRunning(this);
        _ = AwaitAsync(activation, call);
    }

    internal sealed override async Task<object?> CallBoxedAsync(object grain)
    {
        await Call(grain);
        return null;
    }

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
            _ = InvokeFilteredAsync(activation);
            return;
        }

        ValueTask<T> call;
        try
        {
            call = Call(activation.GrainInstance!);
            if (call.IsCompletedSuccessfully)
            {
                Complete(Travels.Send(call.Result, Target, Method.ResultTravels));
                activation.Ended(this);
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

    internal sealed override async Task<object?> CallBoxedAsync(object grain) => Travels.Send(await Call(grain), Target, Method.ResultTravels);

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
