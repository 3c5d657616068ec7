using System.Reflection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>What the host knows about a method of a grain interface.</summary>
internal sealed class GrainMethod
{
    internal GrainMethod(Type grainInterface, MethodInfo method)
    {
        InterfaceMethod = method;
        InterfaceName = grainInterface.FullName ?? grainInterface.Name;
        InterfaceType = GrainInterfaceType.Create(InterfaceName);
        IsReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        IsAlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        IsOneWay = method.IsDefined(typeof(OneWayAttribute));
        Timeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        var result = ResultType(method.ReturnType);
        ResultTravels = result is null ? Travel.Freely : Travels.Of(result, method.ReturnParameter);
    }

    private GrainMethod(string interfaceName, string name)
    {
        InterfaceName = interfaceName;
        InterfaceType = GrainInterfaceType.Create(interfaceName);
        InternalName = name;
        IsAlwaysInterleave = true;
        Timeout = System.Threading.Timeout.InfiniteTimeSpan;
    }

    /// <summary>Gets a method of the host itself, which no interface declares and no filter sees.</summary>
    internal static GrainMethod TimerTick { get; } = new("IGrainTimer", "Tick");

    internal static GrainMethod Enumerate { get; } = new("IAsyncEnumerable", "MoveNextAsync");

    internal MethodInfo? InterfaceMethod { get; }

    internal string InterfaceName { get; }

    internal GrainInterfaceType InterfaceType { get; }

    internal string Name => InterfaceMethod?.Name ?? InternalName!;

    internal bool IsReadOnly { get; }

    internal bool IsAlwaysInterleave { get; }

    internal bool IsOneWay { get; }

    /// <summary>Gets how long a caller waits; null for the host's response timeout.</summary>
    internal TimeSpan? Timeout { get; }

    internal Travel ResultTravels { get; }

    private string? InternalName { get; }

    public override string ToString() => $"{InterfaceName}.{Name}";

    /// <summary>What a task or an enumeration carries; null for nothing.</summary>
    internal static Type? ResultType(Type returnType) => returnType.IsGenericType ? returnType.GenericTypeArguments[0] : null;
}
