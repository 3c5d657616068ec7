using static TorchSharp.torch;

namespace TorchSharp;

internal static partial class Operations
{
    internal static TensorValue Exp(TensorValue a)
    {
        var result = Elementwise.Float<ExpKernel>(a);
        return Recorder.Record(result, "exp", [a], [result], static (n, g, _) => Multiply(g, n.Saved(0)));
    }

    internal static TensorValue Log(TensorValue a)
        => Recorder.Record(Elementwise.Float<LogKernel>(a), "log", [a], [a], static (n, g, _) => Divide(g, n.Saved(0)));

    internal static TensorValue Tanh(TensorValue a)
    {
        var result = Elementwise.Float<TanhKernel>(a);
        return Recorder.Record(result, "tanh", [a], [result], static (n, g, _) => Derivatives.Run<TanhDerivative<float>, TanhDerivative<double>>(g, n.Saved(0)));
    }

    internal static TensorValue Sigmoid(TensorValue a)
    {
        var result = Elementwise.Float<SigmoidKernel>(a);
        return Recorder.Record(result, "sigmoid", [a], [result], static (n, g, _) => Derivatives.Run<SigmoidDerivative<float>, SigmoidDerivative<double>>(g, n.Saved(0)));
    }

    internal static TensorValue Relu(TensorValue a)
    {
        var result = Elementwise.Unary<ReluKernel>(a);
        return Recorder.Record(result, "relu", [a], [result], static (n, g, _) => Derivatives.Run<ReluDerivative<float>, ReluDerivative<double>>(g, n.Saved(0)));
    }

    internal static TensorValue Absolute(TensorValue a)
        => Recorder.Record(
            Elementwise.Unary<AbsoluteKernel>(a), "abs", [a], [a],
            static (n, g, _) => Derivatives.Run<AbsoluteDerivative<float>, AbsoluteDerivative<double>>(g, n.Saved(0)));

    internal static TensorValue Sqrt(TensorValue a)
    {
        var result = Elementwise.Float<SqrtKernel>(a);
        return Recorder.Record(result, "sqrt", [a], [result], static (n, g, _) => Derivatives.Run<SqrtDerivative<float>, SqrtDerivative<double>>(g, n.Saved(0)));
    }

    internal static TensorValue Sign(TensorValue a) => Elementwise.Unary<SignKernel>(a);

    internal static TensorValue IsNotANumber(TensorValue a) => Elementwise.Compare<NotEqualKernel>("isnan", a, a);

    internal static TensorValue IsFinite(TensorValue a)
    {
        // x - x is 0 for the finite numbers and not-a-number for the rest.
        using var difference = Elementwise.Binary<SubtractKernel>("isfinite", a, a, a.Type);
        return Elementwise.Compare<EqualKernel>("isfinite", difference, difference);
    }

    internal static TensorValue IsInfinite(TensorValue a)
    {
        using var finite = IsFinite(a);
        using var missing = IsNotANumber(a);
        using var either = Elementwise.Compare<OrKernel>("isinf", finite, missing);
        return Not(either);
    }

    internal static TensorValue Not(TensorValue a)
    {
        using var zero = Elementwise.ScalarValue(0, a.Type);
        return Elementwise.Compare<EqualKernel>("logical_not", a, zero);
    }

    internal static TensorValue CompareScalar<TComparison>(string operation, TensorValue a, Scalar b)
        where TComparison : IComparison
    {
        using var value = Elementwise.ScalarValue(b, b.Type == ScalarType.Float64 ? ScalarType.Float32 : b.Type);
        if (b.Type == ScalarType.Float64 && a.Type == ScalarType.Float64)
        {
            using var wide = Elementwise.ScalarValue(b, ScalarType.Float64);
            return Elementwise.Compare<TComparison>(operation, a, wide);
        }

        return Elementwise.Compare<TComparison>(operation, a, value);
    }

    /// <summary>x where the condition holds and y elsewhere.</summary>
    internal static TensorValue Where(TensorValue condition, TensorValue x, TensorValue y)
    {
        if (condition.Type != ScalarType.Bool)
        {
            throw new TensorException($"where expected condition to be a boolean tensor, but got a tensor with dtype {DataTypes.Name(condition.Type)}");
        }

        var type = DataTypes.Result(x, y);
        var shape = Shapes.Broadcast("where", condition.Shape, Shapes.Broadcast("where", x.Shape, y.Shape));
        using var chosen = Expanded(condition, shape);
        using var a = ExpandedAs(x, type, shape);
        using var b = ExpandedAs(y, type, shape);
        var result = TensorValue.Empty(type, shape);
        switch (DataTypes.Size(type))
        {
            case 1: Choose<byte>(chosen, a, b, result); break;
            case 4: Choose<int>(chosen, a, b, result); break;
            default: Choose<long>(chosen, a, b, result); break;
        }

        return Recorder.Record(result, "where", [x, y], [chosen], static (n, g, i) =>
        {
            using var zeros = TensorValue.Empty(g.Type);
            Filling.Fill(zeros, 0);
            return i == 0 ? Where(n.Saved(0), g, zeros) : Where(n.Saved(0), zeros, g);
        });
    }

    private static void Choose<T>(TensorValue condition, TensorValue x, TensorValue y, TensorValue result)
        where T : unmanaged
    {
        var chosen = condition.Span<bool>();
        var a = x.Span<T>();
        var b = y.Span<T>();
        var into = result.Span<T>();
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = chosen[i] ? a[i] : b[i];
        }
    }

    /// <summary>In order, with every repetition written out.</summary>
    private static TensorValue Expanded(TensorValue value, long[] shape)
    {
        using var view = value.View(shape, Shapes.ExpandedStrides("expand", value.Shape, value.Strides, shape), value.Offset);
        return Copying.Contiguous(view);
    }

    private static TensorValue ExpandedAs(TensorValue value, ScalarType type, long[] shape)
    {
        using var converted = Copying.Convert(value, type);
        return Expanded(converted, shape);
    }
}
