using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>One number of a kind, as an argument of operations.</summary>
public sealed class Scalar : IDisposable
{
    private readonly long _whole;

    private Scalar(ScalarType type, double number, long whole)
    {
        Type = type;
        Number = number;
        _whole = whole;
    }

    /// <summary>The number's element type.</summary>
    public ScalarType Type { get; }

    internal double Number { get; }

    internal bool Truth => Number != 0;

    /// <summary>The type of a tensor that is filled with this number and given no type.</summary>
    internal ScalarType DefaultType => Type switch
    {
        ScalarType.Bool => ScalarType.Bool,
        ScalarType.Float32 or ScalarType.Float64 => ScalarType.Float32,
        _ => ScalarType.Int64,
    };

    /// <summary>A single-precision number.</summary>
    public static implicit operator Scalar(float value) => new(ScalarType.Float32, value, 0);

    /// <summary>A double-precision number.</summary>
    public static implicit operator Scalar(double value) => new(ScalarType.Float64, value, 0);

    /// <summary>A long.</summary>
    public static implicit operator Scalar(long value) => new(ScalarType.Int64, value, value);

    /// <summary>An int.</summary>
    public static implicit operator Scalar(int value) => new(ScalarType.Int32, value, value);

    /// <summary>A byte.</summary>
    public static implicit operator Scalar(byte value) => new(ScalarType.Byte, value, value);

    /// <summary>A truth value.</summary>
    public static implicit operator Scalar(bool value) => new(ScalarType.Bool, value ? 1 : 0, value ? 1 : 0);

    /// <summary>Nothing to let go of here; real scalars hold native memory.</summary>
    public void Dispose()
    {
    }

    internal T As<T>()
        where T : unmanaged, INumber<T>
        => DataTypes.IsFloat(Type) ? T.CreateTruncating(Number) : T.CreateTruncating(_whole);
}

/// <summary>Scalars from numbers and back.</summary>
public static class ScalarExtensionMethods
{
    /// <summary>A scalar of the number.</summary>
    public static Scalar ToScalar(this float value) => value;

    /// <summary>A scalar of the number.</summary>
    public static Scalar ToScalar(this double value) => value;

    /// <summary>A scalar of the number.</summary>
    public static Scalar ToScalar(this long value) => value;

    /// <summary>A scalar of the number.</summary>
    public static Scalar ToScalar(this int value) => value;

    /// <summary>The number as single precision.</summary>
    public static float ToSingle(this Scalar value) => value.As<float>();

    /// <summary>The number as double precision.</summary>
    public static double ToDouble(this Scalar value) => value.As<double>();

    /// <summary>The number as a long.</summary>
    public static long ToInt64(this Scalar value) => value.As<long>();

    /// <summary>The number as an int.</summary>
    public static int ToInt32(this Scalar value) => value.As<int>();
}
