using System.Collections.Concurrent;
using System.Reflection;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>The grain classes by their names, and the class behind each interface.</summary>
internal sealed class GrainRegistry
{
    private readonly Dictionary<GrainType, GrainClass> _classes = [];
    private readonly ConcurrentDictionary<(Type Interface, string? Prefix), GrainClass> _implementations = new();

    internal GrainRegistry(GrainTypeOptions types, GrainCollectionOptions collection)
    {
        Interfaces = types.Interfaces;
        foreach (var type in types.Classes)
        {
            var grainClass = new GrainClass(type, types.Interfaces, collection);
            if (!_classes.TryAdd(grainClass.GrainType, grainClass))
            {
                throw new OrleansConfigurationException($"{type} and {_classes[grainClass.GrainType].Type} have the same grain type '{grainClass.GrainType}': give one a [GrainType].");
            }
        }
    }

    internal IReadOnlyCollection<GrainClass> Classes => _classes.Values;

    internal IReadOnlyCollection<Type> Interfaces { get; }

    internal GrainClass Class(GrainType grainType)
    {
        return _classes.TryGetValue(grainType, out var grainClass) ? grainClass : throw new ArgumentException($"There is no grain class named '{grainType}'.", nameof(grainType));
    }

    /// <summary>Finds the class that implements an interface.</summary>
    internal GrainClass Implementation(Type grainInterface, string? classNamePrefix)
    {
        return _implementations.GetOrAdd((grainInterface, classNamePrefix), key =>
        {
            var candidates = _classes.Values
                .Where(candidate => candidate.Interfaces.Contains(key.Interface) && (string.IsNullOrEmpty(key.Prefix) || candidate.Type.FullName!.StartsWith(key.Prefix, StringComparison.Ordinal)))
                .ToList();
            return candidates.Count switch
            {
                1 => candidates[0],
                0 => throw new ArgumentException($"Could not find an implementation for interface {key.Interface}.", nameof(grainInterface)),
                _ => throw new ArgumentException($"Interface {key.Interface} is implemented by {string.Join(" and ", candidates.Select(candidate => candidate.Type))}: give a class name prefix.", nameof(classNamePrefix)),
            };
        });
    }

    internal TimeSpan ShortestTimeout(params IEnumerable<TimeSpan> defaults)
    {
        var own = Interfaces.SelectMany(GrainInterfaces.Methods)
            .Select(method => method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout)
            .OfType<TimeSpan>();
        return defaults.Concat(own).Where(timeout => timeout != Timeout.InfiniteTimeSpan).DefaultIfEmpty(Timeout.InfiniteTimeSpan).Min();
    }
}

/// <summary>What of an interface belongs to the grain.</summary>
internal static class GrainInterfaces
{
    internal static bool IsGrainInterface(Type type) => type.IsInterface && typeof(IGrain).IsAssignableFrom(type) && type.Assembly != typeof(IGrain).Assembly;

    /// <summary>Gets the methods that callers can call, of the interface and of those it extends.</summary>
    internal static IEnumerable<MethodInfo> Methods(Type grainInterface)
    {
        return grainInterface.GetInterfaces().Append(grainInterface)
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(method => method.IsAbstract);
    }
}
