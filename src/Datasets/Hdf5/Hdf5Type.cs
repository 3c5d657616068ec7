using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>What the elements of a dataset or attribute are.</summary>
internal enum Hdf5Kind
{
    /// <summary>Something that we do not read: compounds, references, exotic numbers.</summary>
    Other = 0,

    /// <summary>IEEE 754 numbers of 4 or 8 bytes.</summary>
    Float = 1,

    /// <summary>Two's complement whole numbers of 1 to 8 bytes.</summary>
    Signed = 2,

    /// <summary>Unsigned whole numbers of 1 to 8 bytes.</summary>
    Unsigned = 3,

    /// <summary>h5py's truth values: an enumeration over one byte.</summary>
    Boolean = 4,

    /// <summary>Text in a fixed number of bytes.</summary>
    Text = 5,

    /// <summary>Text of any length, kept elsewhere in the file.</summary>
    VariableText = 6,
}

/// <summary>The type of the elements of a dataset or attribute.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="Bytes">The bytes of one element.</param>
/// <param name="IsLittleEndian">Whether the file keeps the lowest byte first.</param>
internal readonly record struct Hdf5Type(Hdf5Kind Kind, int Bytes, bool IsLittleEndian)
{
    private const int ClassInteger = 0;
    private const int ClassFloat = 1;
    private const int ClassText = 3;
    private const int ClassEnumeration = 8;

    /// <summary>Gets whether the elements are numbers or truth values.</summary>
    public bool IsNumeric => Kind is Hdf5Kind.Float or Hdf5Kind.Signed or Hdf5Kind.Unsigned or Hdf5Kind.Boolean;

    /// <summary>Gets whether the elements are text.</summary>
    public bool IsText => Kind is Hdf5Kind.Text or Hdf5Kind.VariableText;

    /// <summary>Gets whether the elements are whole numbers.</summary>
    public bool IsWhole => Kind is Hdf5Kind.Signed or Hdf5Kind.Unsigned;

    /// <summary>Recognizes a type. The library must be taken.</summary>
    /// <remarks>
    /// Only the standard types, bit for bit: HDF5 can describe a number with any place and width of sign, exponent and mantissa, and a damaged
    /// description would otherwise be believed.
    /// </remarks>
    /// <param name="type">The type's id.</param>
    /// <returns>The type; <see cref="Hdf5Kind.Other"/> for one that we do not read.</returns>
    public static Hdf5Type Recognize(long type)
    {
        var size = (long)Hdf5Native.GetTypeSize(type);
        switch (Hdf5Native.GetTypeClass(type))
        {
            case ClassFloat:
                return Match(type, "IEEE_F", Hdf5Kind.Float, size);
            case ClassInteger:
                var signed = Match(type, "STD_I", Hdf5Kind.Signed, size);
                return signed.Kind != Hdf5Kind.Other ? signed : Match(type, "STD_U", Hdf5Kind.Unsigned, size);
            case ClassEnumeration when size == 1:
                return new Hdf5Type(Hdf5Kind.Boolean, 1, IsLittleEndian: true);
            case ClassText:
                return Hdf5Native.IsVariableText(type) > 0
                    ? new Hdf5Type(Hdf5Kind.VariableText, nint.Size, IsLittleEndian: true)
                    : new Hdf5Type(Hdf5Kind.Text, (int)Math.Min(size, Array.MaxLength), IsLittleEndian: true);
            default:
                return new Hdf5Type(Hdf5Kind.Other, 0, IsLittleEndian: true);
        }
    }

    /// <summary>Gets the id of the number type of this machine with the same kind and size; it belongs to the library and is never given back.</summary>
    /// <returns>The id.</returns>
    public long NativeId() => Kind switch
    {
        Hdf5Kind.Float => Hdf5Library.Id(Bytes == 4 ? "H5T_NATIVE_FLOAT_g" : "H5T_NATIVE_DOUBLE_g"),
        Hdf5Kind.Unsigned => Hdf5Library.Id($"H5T_NATIVE_UINT{Bytes * 8}_g"),
        _ => Hdf5Library.Id($"H5T_NATIVE_INT{Bytes * 8}_g"),
    };

    /// <summary>Gets the type in which a column is written.</summary>
    /// <param name="elementType">The column's element type.</param>
    /// <returns>The type.</returns>
    public static Hdf5Type Of(ElementType elementType) => elementType switch
    {
        ElementType.Float32 or ElementType.Float64 => new Hdf5Type(Hdf5Kind.Float, elementType.ByteCount(), IsLittleEndian: true),
        ElementType.Boolean => new Hdf5Type(Hdf5Kind.Boolean, 1, IsLittleEndian: true),
        ElementType.UInt8 or ElementType.UInt64 => new Hdf5Type(Hdf5Kind.Unsigned, elementType.ByteCount(), IsLittleEndian: true),
        _ => new Hdf5Type(Hdf5Kind.Signed, elementType.ByteCount(), IsLittleEndian: true),
    };

    /// <summary>Describes the type with NumPy's name.</summary>
    /// <returns>A name such as <c>float32</c>.</returns>
    public override string ToString() => Kind switch
    {
        Hdf5Kind.Float => $"float{Bytes * 8}",
        Hdf5Kind.Signed => $"int{Bytes * 8}",
        Hdf5Kind.Unsigned => $"uint{Bytes * 8}",
        Hdf5Kind.Boolean => "bool",
        Hdf5Kind.Text or Hdf5Kind.VariableText => "text",
        _ => "a type that is no number, truth value or text",
    };

    private static Hdf5Type Match(long type, string family, Hdf5Kind kind, long size)
    {
        var isStandard = size is 1 or 2 or 4 or 8 && (kind != Hdf5Kind.Float || size >= 4);
        if (!isStandard)
        {
            return default;
        }

        var littleEndian = Hdf5Native.AreTypesEqual(type, Hdf5Library.Id($"H5T_{family}{size * 8}LE_g")) > 0;
        return littleEndian || Hdf5Native.AreTypesEqual(type, Hdf5Library.Id($"H5T_{family}{size * 8}BE_g")) > 0 ? new Hdf5Type(kind, (int)size, littleEndian) : default;
    }
}
