using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>A call on its way through the host's filters, then the grain's own, to the grain.</summary>
internal sealed class IncomingCallContext(Activation activation, Request request) : IIncomingGrainCallContext
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

    public object? Result { get; set; }

    public async Task Invoke()
    {
        var filters = activation.Host.Filters;
        var stage = _stage++;
        try
        {
            if (stage < filters.Length)
            {
                await filters[stage].Invoke(this);
            }
            else if (stage == filters.Length && Grain is IIncomingGrainCallFilter own)
            {
                await own.Invoke(this);
            }
            else
            {
                Result = await request.CallBoxedAsync(Grain);
            }
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
