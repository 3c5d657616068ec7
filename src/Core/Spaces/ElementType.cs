namespace MemoryRL.Core;

/// <summary>The type of one element of a column or tensor. The numbers are persisted and never change.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 single precision, 4 bytes.</summary>
    Float32 = 0,

    /// <summary>Unsigned byte, 1 byte.</summary>
    UInt8 = 1,

    /// <summary>Signed 32-bit integer, 4 bytes.</summary>
    Int32 = 2,

    /// <summary>Signed 64-bit integer, 8 bytes.</summary>
    Int64 = 3,

    /// <summary>A truth value in one byte, 0 or 1.</summary>
    Boolean = 4,

    /// <summary>IEEE 754 double precision, 8 bytes.</summary>
    Float64 = 5,

    /// <summary>Unsigned 64-bit integer, 8 bytes.</summary>
    UInt64 = 6,
}
