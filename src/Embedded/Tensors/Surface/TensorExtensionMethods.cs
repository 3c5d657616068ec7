using static TorchSharp.torch;

namespace TorchSharp;

public static partial class TensorExtensionMethods
{
    /// <summary>The only element.</summary>
    public static float ToSingle(this Tensor value) => (float)value;

    /// <summary>The only element.</summary>
    public static double ToDouble(this Tensor value) => (double)value;

    /// <summary>The only element.</summary>
    public static long ToInt64(this Tensor value) => (long)value;

    /// <summary>The only element.</summary>
    public static int ToInt32(this Tensor value) => (int)value;

    /// <summary>The only element.</summary>
    public static bool ToBoolean(this Tensor value) => (bool)value;

    /// <summary>Bytes in an element of a type.</summary>
    public static int ElementSize(this ScalarType type) => DataTypes.Size(type);

    /// <summary>The product of the sizes.</summary>
    public static long TotalSize(this IEnumerable<long> shape) => shape.Aggregate(1L, static (product, size) => product * size);

    /// <summary>Writes element type, shape and little-endian bytes, as TorchSharp's own format does.</summary>
    public static void Save(this Tensor tensor, BinaryWriter writer)
    {
        using var ordered = Copying.Contiguous(tensor.Value);
        Encode(writer, (long)ordered.Type);
        Encode(writer, ordered.Rank);
        foreach (var size in ordered.Shape)
        {
            Encode(writer, size);
        }

        writer.Write(BytesOf(ordered));
    }

    /// <summary>Reads what <see cref="Save"/> wrote into a tensor of the same element type and shape.</summary>
    public static void Load(this Tensor tensor, BinaryReader reader, bool skip = false)
    {
        using var read = Read(reader);
        if (skip)
        {
            return;
        }

        if (read.Type != tensor.dtype || !Shapes.Same(read.Shape, tensor.Value.Shape))
        {
            throw new ArgumentException($"Mismatched tensor while loading: expected {tensor.dtype} {Shapes.Text(tensor.Value.Shape)}, but found {read.Type} {Shapes.Text(read.Shape)}");
        }

        Copying.Into(tensor.Value, read);
        tensor.Value.MarkWritten();
    }

    /// <summary>Reads what <see cref="Save"/> wrote, or reads past it.</summary>
    public static Tensor? Load(BinaryReader reader, bool skip = false)
    {
        var read = Read(reader);
        if (!skip)
        {
            return new Tensor(read);
        }

        read.Dispose();
        return null;
    }

    /// <summary>A number in as few bytes as it needs, seven bits each.</summary>
    internal static void Encode(BinaryWriter writer, long value) => writer.Write7BitEncodedInt64(value);

    internal static long Decode(BinaryReader reader) => reader.Read7BitEncodedInt64();

    private static TensorValue Read(BinaryReader reader)
    {
        var type = (ScalarType)Decode(reader);
        var shape = new long[Decode(reader)];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = Decode(reader);
        }

        var value = TensorValue.Empty(type, shape);
        reader.BaseStream.ReadExactly(BytesOf(value));
        return value;
    }

    private static Span<byte> BytesOf(TensorValue value)
        => BitConverter.IsLittleEndian
            ? value.Storage.Span<byte>(value.Offset * DataTypes.Size(value.Type), value.Count * DataTypes.Size(value.Type))
            : throw new PlatformNotSupportedException("tensors are saved little-endian and this machine isn't");
}
