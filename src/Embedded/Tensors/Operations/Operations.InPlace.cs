using static TorchSharp.torch;

namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>target = target op other, written over the target's elements.</summary>
    internal static void InPlace<TKernel>(string operation, TensorValue target, TensorValue other, Func<TensorValue, TensorValue, TensorValue> recorded)
        where TKernel : IBinaryKernel
    {
        if (Recorder.RecordsInPlace(operation, target, [target, other]))
        {
            using var result = recorded(target, other);
            Overwrite(operation, target, result);
            return;
        }

        CheckFitsInto(operation, target, Shapes.Broadcast(operation, target.Shape, other.Shape), DataTypes.Result(target, other));
        if (target.IsContiguous)
        {
            Elementwise.BinaryInto<TKernel>(operation, target, other, target);
        }
        else
        {
            using var result = Elementwise.Binary<TKernel>(operation, target, other, target.Type);
            Copying.Into(target, result);
        }

        target.MarkWritten();
    }

    /// <summary>target = target op number.</summary>
    internal static void InPlace<TKernel>(string operation, TensorValue target, Scalar other, Func<TensorValue, Scalar, TensorValue> recorded)
        where TKernel : IBinaryKernel
    {
        if (Recorder.RecordsInPlace(operation, target, [target]))
        {
            using var result = recorded(target, other);
            Overwrite(operation, target, result);
            return;
        }

        CheckFitsInto(operation, target, target.Shape, DataTypes.Result(target, other));
        if (target.IsContiguous)
        {
            Elementwise.ScalarInto<TKernel>(target, other, target);
        }
        else
        {
            using var result = TensorValue.EmptyLike(target);
            Elementwise.ScalarInto<TKernel>(target, other, result);
            Copying.Into(target, result);
        }

        target.MarkWritten();
    }

    /// <summary>target = op(target), for functions of one value.</summary>
    internal static void InPlace(string operation, TensorValue target, Func<TensorValue, TensorValue> function)
    {
        // What backward reads must outlive the write, so a recorded function gets a copy.
        using var input = Recorder.RecordsInPlace(operation, target, [target]) ? Clone(target) : target.Retain();
        using var result = function(input);
        Overwrite(operation, target, result);
    }

    internal static void Fill(string operation, TensorValue target, Scalar value)
    {
        var recorded = Recorder.RecordsInPlace(operation, target, [target]);
        Filling.Fill(target, value);
        target.MarkWritten();
        if (recorded)
        {
            target.Node?.Release();
            target.Node = null;
        }
    }

    internal static void CopyInto(TensorValue target, TensorValue source)
    {
        if (Recorder.RecordsInPlace("copy_", target, [target, source]))
        {
            using var wide = Expand(source, target.Shape);
            using var converted = ToType(wide, target.Type);
            using var copy = Clone(converted);
            Overwrite("copy_", target, copy);
            return;
        }

        using var unrecorded = Copying.Convert(source, target.Type);
        Copying.Into(target, unrecorded);
        target.MarkWritten();
    }

    private static void Overwrite(string operation, TensorValue target, TensorValue result)
    {
        CheckFitsInto(operation, target, result.Shape, result.Type);
        using var converted = Copying.Convert(result, target.Type);
        Copying.Into(target, converted);
        target.MarkWritten();
        if (result.Node is { } node)
        {
            node.Retain();
            target.Node?.Release();
            target.Node = node;
        }
        else if (GradientMode.IsOn)
        {
            target.Node?.Release();
            target.Node = null;
        }
    }

    private static void CheckFitsInto(string operation, TensorValue target, long[] shape, ScalarType type)
    {
        if (!Shapes.Same(target.Shape, shape))
        {
            throw new TensorException($"{operation}: output with shape {Shapes.Text(target.Shape)} doesn't match the broadcast shape {Shapes.Text(shape)}");
        }

        if (DataTypes.IsFloat(type) && !DataTypes.IsFloat(target.Type))
        {
            throw new TensorException($"{operation}: result type {DataTypes.Name(type)} can't be cast to the desired output type {DataTypes.Name(target.Type)}");
        }
    }
}
