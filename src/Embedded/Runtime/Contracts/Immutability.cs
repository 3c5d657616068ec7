using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Numerics;
using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>Tells which types cannot change once made.</summary>
internal static class Immutability
{
    private static readonly HashSet<Type> Leaves =
    [
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan), typeof(Guid),
        typeof(Uri), typeof(Version), typeof(Half), typeof(Int128), typeof(UInt128), typeof(BigInteger), typeof(CancellationToken), typeof(Type),
        typeof(GrainId), typeof(GrainType), typeof(IdSpan), typeof(GrainInterfaceType), typeof(Nothing),
    ];

    private static readonly HashSet<Type> Containers =
    [
        typeof(Nullable<>), typeof(KeyValuePair<,>), typeof(Tuple<>), typeof(Tuple<,>), typeof(Tuple<,,>), typeof(ValueTuple<>), typeof(ValueTuple<,>), typeof(ValueTuple<,,>),
        typeof(ValueTuple<,,,>), typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>), typeof(ImmutableQueue<>),
        typeof(ImmutableStack<>), typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>), typeof(FrozenDictionary<,>), typeof(FrozenSet<>),
    ];

    private static readonly ConcurrentDictionary<Type, bool> Known = new();

    /// <summary>Tells whether nothing in a value of the type could ever be changed, whatever its marks say.</summary>
    internal static bool IsLeaf(Type type)
    {
        return type.IsPrimitive || type.IsEnum || Leaves.Contains(type) || typeof(IAddressable).IsAssignableFrom(type) || typeof(Exception).IsAssignableFrom(type)
            || typeof(Type).IsAssignableFrom(type) || typeof(Delegate).IsAssignableFrom(type)
            || (Nullable.GetUnderlyingType(type) is { } inner && IsLeaf(inner));
    }

    /// <summary>Tells whether a value of the type cannot change: its mark promises it, or its members show it.</summary>
    internal static bool IsImmutable(Type type) => Known.TryGetValue(type, out var known) ? known : Known.GetOrAdd(type, Find(type, []));

    /// <summary>Tells whether a type comes with .NET.</summary>
    internal static bool IsSystem(Type type)
    {
        var name = type.Assembly.GetName().Name!;
        return name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal) || string.Equals(name, "netstandard", StringComparison.Ordinal);
    }

    /// <summary>Tells whether a type is one of .NET's immutable containers.</summary>
    internal static bool IsContainer(Type type) => type.IsGenericType && Containers.Contains(type.GetGenericTypeDefinition());

    /// <summary>Gets the instance fields of a type and of what it extends, up to what comes with .NET.</summary>
    internal static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            foreach (var field in level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }

    /// <summary>Gets what carries a field's attributes: the field, or the property whose value it holds.</summary>
    internal static MemberInfo Member(FieldInfo field)
    {
        return field.Name is ['<', .. var rest] && rest.IndexOf('>', StringComparison.Ordinal) is > 0 and var end
            ? field.DeclaringType!.GetProperty(rest[..end], BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) ?? (MemberInfo)field
            : field;
    }

    private static bool Find(Type type, HashSet<Type> open)
    {
        if (IsLeaf(type) || type.IsDefined(typeof(ImmutableAttribute), inherit: false) || !open.Add(type))
        {
            return true;
        }

        if (IsContainer(type))
        {
            return type.GenericTypeArguments.All(argument => Find(argument, open));
        }

        // A type that others may extend says nothing about what comes.
        return !IsSystem(type) && type.IsSealed && !type.IsArray
            && Fields(type).All(field => field.IsInitOnly && (Member(field).IsDefined(typeof(ImmutableAttribute)) || Find(field.FieldType, open)));
    }
}
