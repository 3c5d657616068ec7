using System.Reflection;
using Orleans.Runtime;

namespace Orleans;

/// <summary>A call on its way.</summary>
public interface IGrainCallContext
{
    /// <summary>Gets the grain that is called.</summary>
    object Grain { get; }

    /// <summary>Gets the identity of the calling grain; null when the caller is no grain.</summary>
    GrainId? SourceId { get; }

    /// <summary>Gets the identity of the grain that is called.</summary>
    GrainId TargetId { get; }

    /// <summary>Gets the durable name of the interface.</summary>
    GrainInterfaceType InterfaceType { get; }

    /// <summary>Gets the name of the interface.</summary>
    string InterfaceName { get; }

    /// <summary>Gets the name of the method.</summary>
    string MethodName { get; }

    /// <summary>Gets the method of the interface.</summary>
    MethodInfo InterfaceMethod { get; }

    /// <summary>Gets or sets the answer, once the call was invoked.</summary>
    object? Result { get; set; }

    /// <summary>Goes on to the next filter, at last to the grain.</summary>
    /// <returns>Completes with the call.</returns>
    Task Invoke();
}

/// <summary>A call that a grain receives.</summary>
public interface IIncomingGrainCallContext : IGrainCallContext
{
    /// <summary>Gets the activation that is called.</summary>
    IGrainContext TargetContext { get; }

    /// <summary>Gets the method of the grain class.</summary>
    MethodInfo ImplementationMethod { get; }
}

/// <summary>Stands between callers and grains; a grain class that implements it filters its own calls, last.</summary>
public interface IIncomingGrainCallFilter
{
    /// <summary>Handles a call.</summary>
    /// <param name="context">The call; <see cref="IGrainCallContext.Invoke"/> goes on.</param>
    /// <returns>Completes with the call.</returns>
    Task Invoke(IIncomingGrainCallContext context);
}

/// <summary>A filter as a delegate.</summary>
/// <param name="context">The call; <see cref="IGrainCallContext.Invoke"/> goes on.</param>
/// <returns>Completes with the call.</returns>
public delegate Task IncomingGrainCallFilterDelegate(IIncomingGrainCallContext context);
