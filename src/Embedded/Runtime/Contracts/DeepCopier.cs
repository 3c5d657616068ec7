using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using Orleans;

namespace MemoryRL.Embedded.Runtime;

/// <summary>Copies values member by member, keeping what is shared within them shared.</summary>
internal static class DeepCopier
{
    private static readonly Func<object, object> Clone = typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<object, object>>();
    private static readonly MethodInfo CopyMemoryMethod = typeof(DeepCopier).GetMethod(nameof(CopyMemory), BindingFlags.Static | BindingFlags.NonPublic)!;
    private static readonly MethodInfo CopyReadOnlyMemoryMethod = typeof(DeepCopier).GetMethod(nameof(CopyReadOnlyMemory), BindingFlags.Static | BindingFlags.NonPublic)!;
    private static readonly ConcurrentDictionary<(Type Type, bool Everything), FieldInfo[]> Plans = new();

    /// <summary>Copies a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="everything">Whether to copy what is marked immutable too, as a wire would.</param>
    internal static T Copy<T>(T value, bool everything = false)
    {
        return value is null ? value : (T)Copy(value, everything, new Dictionary<object, object>(ReferenceEqualityComparer.Instance));
    }

    private static object Copy(object value, bool everything, Dictionary<object, object> copies)
    {
        var type = value.GetType();
        if (IsShared(value, type, everything))
        {
            return value;
        }

        if (copies.TryGetValue(value, out var made))
        {
            return made;
        }

        if (value is Array array)
        {
            return CopyArray(array, everything, copies);
        }

        if (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Memory<>) || type.GetGenericTypeDefinition() == typeof(ReadOnlyMemory<>)))
        {
            var method = type.GetGenericTypeDefinition() == typeof(Memory<>) ? CopyMemoryMethod : CopyReadOnlyMemoryMethod;
            return method.MakeGenericMethod(type.GenericTypeArguments).Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [value], culture: null)!;
        }

        var copy = Clone(value);
        if (!type.IsValueType)
        {
            copies.Add(value, copy);
        }

        foreach (var field in Plans.GetOrAdd((type, everything), Plan))
        {
            if (field.GetValue(value) is { } member)
            {
                field.SetValue(copy, Copy(member, everything, copies));
            }
        }

        return copy;
    }

    // How a collection hashes and orders belongs to its meaning, not to its contents; .NET's immutable trees cannot lie.
    private static bool IsShared(object value, Type type, bool everything)
    {
        return Immutability.IsLeaf(type)
            || (!everything && Immutability.IsImmutable(type))
            || value is IEqualityComparer or IComparer
            || (!type.IsValueType && Immutability.IsContainer(type) && Immutability.IsImmutable(type))
            || type.GetInterfaces().Any(face => face.IsGenericType && (face.GetGenericTypeDefinition() == typeof(IEqualityComparer<>) || face.GetGenericTypeDefinition() == typeof(IComparer<>)));
    }

    private static FieldInfo[] Plan((Type Type, bool Everything) key)
    {
        return
        [
            .. Immutability.Fields(key.Type)
                .Where(field => !Immutability.IsLeaf(field.FieldType) && (key.Everything || !Immutability.Member(field).IsDefined(typeof(ImmutableAttribute)))),
        ];
    }

    private static Array CopyArray(Array array, bool everything, Dictionary<object, object> copies)
    {
        var copy = (Array)array.Clone();
        copies.Add(array, copy);
        if (Immutability.IsLeaf(array.GetType().GetElementType()!))
        {
            return copy;
        }

        var indices = new int[array.Rank];
        for (var flat = 0; flat < array.Length; flat++)
        {
            for (int dimension = array.Rank - 1, rest = flat; dimension >= 0; dimension--)
            {
                indices[dimension] = array.GetLowerBound(dimension) + (rest % array.GetLength(dimension));
                rest /= array.GetLength(dimension);
            }

            if (array.GetValue(indices) is { } element)
            {
                copy.SetValue(Copy(element, everything, copies), indices);
            }
        }

        return copy;
    }

    private static Memory<T> CopyMemory<T>(Memory<T> memory) => new(memory.ToArray());

    private static ReadOnlyMemory<T> CopyReadOnlyMemory<T>(ReadOnlyMemory<T> memory) => new(memory.ToArray());
}
