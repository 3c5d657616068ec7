using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>What the host knows about a grain class.</summary>
internal sealed class GrainClass
{
    private readonly ConstructorInfo _constructor;
    private readonly ParameterInfo[] _parameters;

    internal GrainClass(Type type, IReadOnlyCollection<Type> grainInterfaces, GrainCollectionOptions collection)
    {
        Type = type;
        GrainType = GrainType.Create(type.GetCustomAttribute<GrainTypeAttribute>()?.Name ?? ConventionalName(type));
        Interfaces = [.. grainInterfaces.Where(candidate => candidate.IsAssignableFrom(type))];
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        MaxWorkers = type.GetCustomAttribute<StatelessWorkerAttribute>()?.MaxLocalWorkers ?? 0;
        IdleAge = AgeLimit(type, collection);
        FiltersItself = typeof(IIncomingGrainCallFilter).IsAssignableFrom(type);
        _constructor = ChooseConstructor(type);
        _parameters = _constructor.GetParameters();
    }

    internal Type Type { get; }

    internal GrainType GrainType { get; }

    internal IReadOnlyList<Type> Interfaces { get; }

    internal bool IsReentrant { get; }

    /// <summary>Gets the largest number of workers; 0 where one activation has the identity to itself.</summary>
    internal int MaxWorkers { get; }

    /// <summary>Gets how long an activation may be idle; infinite for ever.</summary>
    internal TimeSpan IdleAge { get; }

    internal bool FiltersItself { get; }

    internal CallTarget Create(EmbeddedHost host, GrainId grainId)
    {
        return MaxWorkers > 0 ? new WorkerGroup(host, this, grainId) : new Activation(host, this, grainId, group: null);
    }

    /// <summary>Makes the grain: stored states and the activation itself where its constructor asks for them, services for the rest.</summary>
    internal object CreateInstance(Activation activation)
    {
        var arguments = new object?[_parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Argument(_parameters[i], activation);
        }

        return _constructor.Invoke(BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null);
    }

    internal MethodInfo Implementation(MethodInfo interfaceMethod)
    {
        var map = Type.GetInterfaceMap(interfaceMethod.DeclaringType!);
        return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, interfaceMethod)];
    }

    // The convention by which Orleans names grain classes: part of every stored key, so that both hosts find the same state.
    private static string ConventionalName(Type type)
    {
        const string Suffix = "grain";
        var name = type.Name.ToLowerInvariant();
        return name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
    }

    private static TimeSpan AgeLimit(Type type, GrainCollectionOptions collection)
    {
        if (collection.ClassSpecificCollectionAge.TryGetValue(type.FullName!, out var age))
        {
            return age;
        }

        if (type.IsDefined(typeof(KeepAliveAttribute), inherit: true))
        {
            return Timeout.InfiniteTimeSpan;
        }

        return type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit ?? collection.CollectionAge;
    }

    private static ConstructorInfo ChooseConstructor(Type type)
    {
        var constructors = type.GetConstructors();
        return constructors.SingleOrDefault(candidate => candidate.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
            ?? (constructors.Length == 1
                ? constructors[0]
                : throw new OrleansConfigurationException($"{type} has {constructors.Length} public constructors: expected one, or one marked [ActivatorUtilitiesConstructor]."));
    }

    private static object? Argument(ParameterInfo parameter, Activation activation)
    {
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } facet)
        {
            return StoredState.Create(activation, facet, parameter.ParameterType);
        }

        if (parameter.ParameterType == typeof(IGrainContext))
        {
            return activation;
        }

        var services = activation.ActivationServices;
        var service = parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed
            ? ((IKeyedServiceProvider)services).GetKeyedService(parameter.ParameterType, keyed.Key)
            : services.GetService(parameter.ParameterType);
        if (service is not null || parameter.HasDefaultValue)
        {
            return service ?? parameter.DefaultValue;
        }

        throw new InvalidOperationException($"Unable to resolve service for type '{parameter.ParameterType}' while attempting to activate '{activation.Class.Type}'.");
    }
}
