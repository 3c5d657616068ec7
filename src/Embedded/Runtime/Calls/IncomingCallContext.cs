using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>A call on its way through the host's filters, then the grain's own, to the grain.</summary>
internal sealed class IncomingCallContext(Activation activation, AnsweredRequest request) : IIncomingGrainCallContext
{
    private int _stage;

    public object Grain => activation.GrainInstance!;

    public GrainId? SourceId => request.Source?.GrainId;

    public GrainId TargetId => activation.GrainId;

    public GrainInterfaceType InterfaceType => request.Method.InterfaceType;

    public string InterfaceName => request.Method.InterfaceName;

    public string MethodName => request.Method.Name;

    public MethodInfo InterfaceMethod => request.Method.InterfaceMethod!;

    public MethodInfo ImplementationMethod => activation.Class.Implementation(InterfaceMethod);

    public IGrainContext TargetContext => activation;

    public object? Result
    {
        get => request.BoxedResult;
        set => request.BoxedResult = value;
    }

    public Task Invoke()
    {
        // No state machine of its own where all is done at once, as it mostly is; an exception comes with the task as if there were one.
        var stage = _stage++;
        Task call;
        try
        {
            call = CallNext(stage);
        }
        catch (Exception exception)
        {
            _stage = stage;
            return Task.FromException(exception);
        }

        if (!call.IsCompletedSuccessfully)
        {
            return FinishAsync(call, stage);
        }

        _stage = stage;
        return Task.CompletedTask;
    }

    private Task CallNext(int stage)
    {
        var filters = activation.Host.Filters;
        if (stage < filters.Length)
        {
            return filters[stage].Invoke(this);
        }

        return stage == filters.Length && Grain is IIncomingGrainCallFilter own ? own.Invoke(this) : request.CallKeepingAsync(Grain);
    }

    private async Task FinishAsync(Task call, int stage)
    {
        try
        {
            await call;
        }
        finally
        {
            // A filter may invoke again, after an error too.
            _stage = stage;
        }
    }
}

/// <summary>A filter that is a delegate.</summary>
internal sealed class DelegateCallFilter(IncomingGrainCallFilterDelegate filter) : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context) => filter(context);
}
