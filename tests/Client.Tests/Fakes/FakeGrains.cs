using System.Reflection;

namespace MemoryRL.Client.Tests;

/// <summary>A grain factory over plain objects: each call of a grain goes to the method of the same name and arguments.</summary>
/// <remarks>Proxies and not classes: a class that implements a grain interface would be taken for a grain.</remarks>
internal sealed class FakeGrains
{
    private readonly Dictionary<(Type Interface, string Key), object> _handlers = [];

    public FakeGrains()
    {
        Factory = DispatchProxy.Create<IGrainFactory, FactoryProxy>();
        ((FactoryProxy)Factory).Grains = this;
    }

    public IGrainFactory Factory { get; }

    public void Add<TGrain>(string key, object handler) => _handlers[(typeof(TGrain), key)] = handler;

    private object Find(Type grainInterface, string key)
    {
        // A reference may be made to a grain that nobody calls.
        var handler = _handlers.GetValueOrDefault((grainInterface, key), $"{grainInterface.Name} '{key}'");
        var create = typeof(FakeGrains).GetMethod(nameof(CreateGrain), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(grainInterface);
        return create.Invoke(null, [handler])!;
    }

    private static T CreateGrain<T>(object handler)
        where T : class
    {
        var grain = DispatchProxy.Create<T, GrainProxy>();
        ((GrainProxy)(object)grain).Handler = handler;
        return grain;
    }

    public class FactoryProxy : DispatchProxy
    {
        internal FakeGrains? Grains { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod is { Name: "GetGrain", IsGenericMethod: true } && args is [string key, ..]
                ? Grains!.Find(targetMethod.GetGenericArguments()[0], key)
                : throw new NotSupportedException(targetMethod?.Name);
    }

    public class GrainProxy : DispatchProxy
    {
        internal object? Handler { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var method = Handler!.GetType().GetMethod(targetMethod!.Name)
                ?? throw new InvalidOperationException($"Expected no call of {targetMethod.Name} on {Handler}.");
            return method.Invoke(Handler, BindingFlags.DoNotWrapExceptions, null, args, null);
        }
    }
}
