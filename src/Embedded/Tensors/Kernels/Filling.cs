using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Writes one number everywhere.</summary>
internal static class Filling
{
    internal static void Fill(TensorValue value, Scalar scalar)
    {
        switch (value.Type)
        {
            case ScalarType.Float32: Fill<float>(value, scalar); break;
            case ScalarType.Float64: Fill<double>(value, scalar); break;
            case ScalarType.Int64: Fill<long>(value, scalar); break;
            case ScalarType.Int32: Fill<int>(value, scalar); break;
            case ScalarType.Bool: Fill(value, scalar.Truth ? (byte)1 : (byte)0); break;
            default: Fill<byte>(value, scalar); break;
        }
    }

    private static void Fill<T>(TensorValue value, Scalar scalar)
        where T : unmanaged, INumber<T> => Fill(value, scalar.As<T>());

    private static void Fill<T>(TensorValue value, T number)
        where T : unmanaged
    {
        if (value.IsContiguous)
        {
            value.Span<T>().Fill(number);
            return;
        }

        var span = value.StridedSpan<T>();
        var walk = new Odometer(value.Shape, value.Strides, value.Strides);
        for (var row = 0L; row < walk.Rows && value.Count > 0; row++, walk.Next())
        {
            for (var i = 0L; i < walk.RowLength; i++)
            {
                span[(int)(walk.Left + (i * walk.LeftStride))] = number;
            }
        }
    }
}
