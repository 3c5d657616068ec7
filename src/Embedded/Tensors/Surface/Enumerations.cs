namespace TorchSharp;

/// <summary>Kinds of device; this engine has the CPU.</summary>
public enum DeviceType
{
    /// <summary>Main memory and its processor.</summary>
    CPU = 0,

    /// <summary>An NVIDIA GPU: with TorchSharp only.</summary>
    CUDA = 1,
}

public static partial class torch
{
    /// <summary>Element types that this engine holds, with TorchSharp's numbers.</summary>
    public enum ScalarType : sbyte
    {
        /// <summary>Unsigned bytes.</summary>
        Byte = 0,

        /// <summary>32-bit integers.</summary>
        Int32 = 3,

        /// <summary>64-bit integers.</summary>
        Int64 = 4,

        /// <summary>Single precision.</summary>
        Float32 = 6,

        /// <summary>Double precision.</summary>
        Float64 = 7,

        /// <summary>Truth values.</summary>
        Bool = 11,
    }

    /// <summary>How a quotient is made whole.</summary>
    public enum RoundingMode
    {
        /// <summary>It isn't.</summary>
        None = 0,

        /// <summary>Towards zero.</summary>
        trunc = 1,

        /// <summary>Downwards.</summary>
        floor = 2,
    }

    /// <summary>Truth values.</summary>
    public static readonly ScalarType @bool = ScalarType.Bool;

    /// <summary>Unsigned bytes.</summary>
    public static readonly ScalarType uint8 = ScalarType.Byte;

    /// <summary>32-bit integers.</summary>
    public static readonly ScalarType int32 = ScalarType.Int32;

    /// <summary>64-bit integers.</summary>
    public static readonly ScalarType int64 = ScalarType.Int64;

    /// <summary>64-bit integers.</summary>
    public static readonly ScalarType @long = ScalarType.Int64;

    /// <summary>Single precision.</summary>
    public static readonly ScalarType float32 = ScalarType.Float32;

    /// <summary>Single precision.</summary>
    public static readonly ScalarType @float = ScalarType.Float32;

    /// <summary>Double precision.</summary>
    public static readonly ScalarType float64 = ScalarType.Float64;
}
