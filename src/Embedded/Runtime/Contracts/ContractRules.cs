using System.Reflection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>
/// Refuses, at the start, grain contracts that would not work on real Orleans as they do here: types that could not be serialised, bulk data
/// that would be copied element by element, and methods that this host cannot carry.
/// </summary>
internal sealed class ContractRules
{
    private readonly List<string> _faults = [];
    private readonly HashSet<(Type Type, bool IsMarked)> _seen = [];

    private ContractRules()
    {
    }

    /// <summary>Checks every interface, what its methods carry, and every class.</summary>
    /// <exception cref="OrleansConfigurationException">Something is refused; the message names each fault.</exception>
    internal static void Check(GrainTypeOptions types)
    {
        var rules = new ContractRules();
        foreach (var grainInterface in types.Interfaces)
        {
            rules.CheckInterface(grainInterface);
        }

        // Which errors a grain throws, its signature does not say: all errors that live beside an interface may travel.
        foreach (var error in types.Interfaces.Select(type => type.Assembly).Distinct().SelectMany(assembly => assembly.GetTypes()).Where(type => typeof(Exception).IsAssignableFrom(type)))
        {
            rules.CheckType(error, error.ToString(), isMarked: true);
        }

        foreach (var grainClass in types.Classes)
        {
            rules.CheckClass(grainClass, types.Interfaces);
        }

        if (rules._faults.Count > 0)
        {
            throw new OrleansConfigurationException($"The grain contracts have {rules._faults.Count} faults:{Environment.NewLine}{string.Join(Environment.NewLine, rules._faults)}");
        }
    }

    private static bool IsBulk(Type type)
    {
        return type.IsArray || (type.IsGenericType && type.GetGenericTypeDefinition() is var definition
            && (definition == typeof(Memory<>) || definition == typeof(ReadOnlyMemory<>) || definition == typeof(ArraySegment<>)));
    }

    private static bool IsMarked(ICustomAttributeProvider provider) => provider.IsDefined(typeof(ImmutableAttribute), inherit: false);

    private void CheckInterface(Type grainInterface)
    {
        Refuse(!typeof(IGrainWithStringKey).IsAssignableFrom(grainInterface), $"{grainInterface}: the embedded host knows string keys only; extend {nameof(IGrainWithStringKey)}.");
        Refuse(grainInterface.IsGenericType, $"{grainInterface}: the embedded host has no generic grains.");
        Refuse(!grainInterface.IsDefined(typeof(AliasAttribute)), $"{grainInterface} has no [Alias].");
        Refuse(grainInterface.GetProperties().Length + grainInterface.GetEvents().Length > 0, $"{grainInterface}: a grain interface has methods only.");
        foreach (var method in GrainInterfaces.Methods(grainInterface).Where(method => !method.IsSpecialName))
        {
            CheckMethod(method, $"{grainInterface}.{method.Name}");
        }
    }

    private void CheckMethod(MethodInfo method, string name)
    {
        Refuse(!method.IsDefined(typeof(AliasAttribute)), $"{name} has no [Alias].");
        Refuse(method.IsGenericMethod, $"{name}: the embedded host has no generic grain methods.");
        var definition = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericTypeDefinition() : method.ReturnType;
        var isOneWay = method.IsDefined(typeof(OneWayAttribute));
        Refuse(
            definition != typeof(Task) && definition != typeof(ValueTask) && definition != typeof(Task<>) && definition != typeof(ValueTask<>) && definition != typeof(IAsyncEnumerable<>),
            $"{name}: expected Task, ValueTask or IAsyncEnumerable as the result but got {method.ReturnType}.");
        Refuse(isOneWay && method.ReturnType.IsGenericType, $"{name}: a [OneWay] method answers nothing, but this one answers {method.ReturnType}.");
        if (GrainMethod.ResultType(method.ReturnType) is { } result)
        {
            CheckType(result, $"{name}: the result", IsMarked(method.ReturnParameter));
        }

        var parameters = method.GetParameters();
        Refuse(parameters.Count(parameter => parameter.ParameterType == typeof(CancellationToken)) > 1, $"{name}: at most one cancellation token.");
        foreach (var parameter in parameters)
        {
            Refuse(parameter.ParameterType.IsByRef, $"{name}: parameter '{parameter.Name}' is passed by reference, which no call can carry.");
            CheckType(parameter.ParameterType, $"{name}: parameter '{parameter.Name}'", IsMarked(parameter));
        }
    }

    private void CheckClass(Type grainClass, HashSet<Type> interfaces)
    {
        var own = interfaces.Where(candidate => candidate.IsAssignableFrom(grainClass)).ToList();
        Refuse(own.Count == 0, $"{grainClass} implements no grain interface.");
        Refuse(grainClass.IsGenericType, $"{grainClass}: the embedded host has no generic grains.");
        Refuse(grainClass.GetCustomAttribute<StatelessWorkerAttribute>()?.MaxLocalWorkers <= 0, $"{grainClass}: [StatelessWorker] expects at least 1 worker.");
        foreach (var attribute in new[] { typeof(ReadOnlyAttribute), typeof(AlwaysInterleaveAttribute), typeof(OneWayAttribute), typeof(ResponseTimeoutAttribute) })
        {
            foreach (var method in grainClass.GetMethods().Where(method => method.IsDefined(attribute, inherit: true)))
            {
                Refuse(true, $"{grainClass}.{method.Name}: {attribute.Name} belongs on the interface's method; here it is ignored.");
            }
        }
    }

    private void CheckType(Type type, string where, bool isMarked)
    {
        isMarked |= IsMarked(type);
        if (type.IsGenericParameter || Immutability.IsLeaf(type) && Immutability.IsSystem(type) || typeof(IAddressable).IsAssignableFrom(type) || !_seen.Add((type, isMarked)))
        {
            return;
        }

        Refuse(IsBulk(type) && !isMarked, $"{where}: {Name(type)} is mutable bulk data: mark it [Immutable], or its type, or use ImmutableArray.");
        foreach (var part in type.IsArray ? [type.GetElementType()!] : type.GenericTypeArguments)
        {
            CheckType(part, where, isMarked);
        }

        if (!type.IsArray && !Immutability.IsSystem(type))
        {
            CheckOwnType(type, where, isMarked);
        }
    }

    private void CheckOwnType(Type type, string where, bool isMarked)
    {
        Refuse(!type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) && !type.IsInterface, $"{where}: {Name(type)} has no [GenerateSerializer].");
        Refuse(!type.IsDefined(typeof(AliasAttribute), inherit: false) && !type.IsInterface, $"{where}: {Name(type)} has no [Alias].");
        if (type.IsEnum || type.IsInterface)
        {
            return;
        }

        var fields = Immutability.Fields(type).Where(field => !Immutability.IsSystem(field.DeclaringType!)).ToList();
        foreach (var field in fields)
        {
            var member = Immutability.Member(field);
            Refuse(!member.IsDefined(typeof(IdAttribute)), $"{where}: {Name(field.DeclaringType!)}.{member.Name} has no [Id], so it would not travel.");
            CheckType(field.FieldType, $"{Name(type)}.{member.Name}", isMarked || IsMarked(member));
        }

        foreach (var level in fields.GroupBy(field => field.DeclaringType))
        {
            var ids = level.Select(field => Immutability.Member(field).GetCustomAttribute<IdAttribute>()?.Id).OfType<uint>().ToList();
            Refuse(ids.Distinct().Count() != ids.Count, $"{where}: {Name(level.Key!)} gives one [Id] to two members.");
        }
    }

    private void Refuse(bool isFault, string fault)
    {
        if (isFault)
        {
            _faults.Add(fault);
        }
    }

    private static string Name(Type type) => type.FullName ?? type.Name;
}
