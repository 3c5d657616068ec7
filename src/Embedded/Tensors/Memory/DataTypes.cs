using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Sizes, kinds and promotion of element types, by PyTorch's table.</summary>
internal static class DataTypes
{
    internal static int Size(ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Bool => 1,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw Unsupported(type),
    };

    internal static bool IsFloat(ScalarType type) => type is ScalarType.Float32 or ScalarType.Float64;

    internal static string Name(ScalarType type) => type switch
    {
        ScalarType.Byte => "Byte",
        ScalarType.Bool => "Bool",
        ScalarType.Int32 => "Int",
        ScalarType.Int64 => "Long",
        ScalarType.Float32 => "Float",
        ScalarType.Float64 => "Double",
        _ => type.ToString(),
    };

    internal static ScalarType Of<T>()
        where T : unmanaged
        => TryOf(typeof(T)) ?? throw new TensorException($"element type {typeof(T).Name} isn't held by the managed engine: it has bool, byte, int, long, float and double");

    internal static ScalarType? TryOf(Type type)
        => type == typeof(float) ? ScalarType.Float32
            : type == typeof(long) ? ScalarType.Int64
            : type == typeof(bool) ? ScalarType.Bool
            : type == typeof(int) ? ScalarType.Int32
            : type == typeof(byte) ? ScalarType.Byte
            : type == typeof(double) ? ScalarType.Float64
            : null;

    internal static Exception Unsupported(ScalarType type)
        => new TensorException($"dtype {type} isn't held by the managed engine: it has Bool, Byte, Int32, Int64, Float32 and Float64");

    internal static ScalarType Promote(ScalarType left, ScalarType right) => left == right ? left : Order(left) >= Order(right) ? left : right;

    /// <summary>The type of a result: operands without dimensions only count where their kind (bool, integer, float) is the higher one.</summary>
    internal static ScalarType Result(TensorValue left, TensorValue right)
        => left.Type == right.Type ? left.Type
            : left.Rank > 0 && right.Rank == 0 && Kind(left.Type) >= Kind(right.Type) ? left.Type
            : right.Rank > 0 && left.Rank == 0 && Kind(right.Type) >= Kind(left.Type) ? right.Type
            : Promote(left.Type, right.Type);

    /// <summary>The type of a result with a plain number: a float beside integers makes the default float, and so on.</summary>
    internal static ScalarType Result(TensorValue value, Scalar scalar)
        => Kind(value.Type) >= Kind(scalar.Type) ? value.Type : IsFloat(scalar.Type) ? ScalarType.Float32 : scalar.Type;

    private static int Kind(ScalarType type) => type switch
    {
        ScalarType.Bool => 0,
        ScalarType.Byte or ScalarType.Int32 or ScalarType.Int64 => 1,
        _ => 2,
    };

    private static int Order(ScalarType type) => type switch
    {
        ScalarType.Bool => 0,
        ScalarType.Byte => 1,
        ScalarType.Int32 => 2,
        ScalarType.Int64 => 3,
        ScalarType.Float32 => 4,
        _ => 5,
    };

    /// <summary>The bytes of an array whose elements lie in memory as the tensor's do.</summary>
    internal static ReadOnlySpan<byte> Bytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values);
}
