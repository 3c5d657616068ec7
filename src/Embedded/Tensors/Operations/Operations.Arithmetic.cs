using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The operations, each with its derivative beside it. Every result belongs to the caller.</summary>
/// <remarks>A derivative returns one input's gradient; the backward pass sums it over what broadcasting repeated.</remarks>
internal static partial class Operations
{
    internal static TensorValue Add(TensorValue a, TensorValue b, Scalar? alpha = null)
    {
        if (alpha is null || alpha.Number == 1)
        {
            return Recorder.Record(
                Elementwise.Binary<AddKernel>("add", a, b, DataTypes.Result(a, b)), "add", [a, b], [], static (_, g, _) => g.Retain());
        }

        using var scaled = MultiplyScalar(b, alpha);
        return Add(a, scaled);
    }

    internal static TensorValue AddScalar(TensorValue a, Scalar b)
        => Recorder.Record(WithScalar<AddKernel>(a, b), "add", [a], [], static (_, g, _) => g.Retain());

    internal static TensorValue Subtract(TensorValue a, TensorValue b)
        => Recorder.Record(
            Elementwise.Binary<SubtractKernel>("sub", a, b, DataTypes.Result(a, b)), "sub", [a, b], [],
            static (_, g, i) => i == 0 ? g.Retain() : Elementwise.Unary<NegateKernel>(g));

    internal static TensorValue SubtractScalar(TensorValue a, Scalar b)
        => Recorder.Record(WithScalar<SubtractKernel>(a, b), "sub", [a], [], static (_, g, _) => g.Retain());

    /// <summary>b - a.</summary>
    internal static TensorValue SubtractFromScalar(TensorValue a, Scalar b)
        => Recorder.Record(WithScalar<SubtractKernel>(a, b, reversed: true), "rsub", [a], [], static (_, g, _) => Elementwise.Unary<NegateKernel>(g));

    internal static TensorValue Multiply(TensorValue a, TensorValue b)
        => Recorder.Record(
            Elementwise.Binary<MultiplyKernel>("mul", a, b, DataTypes.Result(a, b)), "mul", [a, b], [a, b],
            static (n, g, i) => Multiply(g, n.Saved(1 - i)));

    internal static TensorValue MultiplyScalar(TensorValue a, Scalar b)
        => Recorder.Record(WithScalar<MultiplyKernel>(a, b), "mul", [a], [], (_, g, _) => WithScalar<MultiplyKernel>(g, b));

    internal static TensorValue Divide(TensorValue a, TensorValue b)
        => Recorder.Record(
            Elementwise.Binary<DivideKernel>("div", a, b, Real(DataTypes.Result(a, b))), "div", [a, b], [a, b],
            static (n, g, i) =>
            {
                if (i == 0)
                {
                    return Divide(g, n.Saved(1));
                }

                using var quotient = Divide(n.Saved(0), n.Saved(1));
                using var slope = Divide(quotient, n.Saved(1));
                using var negative = Elementwise.Unary<NegateKernel>(slope);
                return Multiply(g, negative);
            });

    internal static TensorValue DivideByScalar(TensorValue a, Scalar b)
    {
        using var x = ToType(a, Real(a.Type));
        return Recorder.Record(WithScalar<DivideKernel>(x, b), "div", [x], [], (_, g, _) => WithScalar<DivideKernel>(g, b));
    }

    /// <summary>b / a.</summary>
    internal static TensorValue DivideScalar(TensorValue a, Scalar b)
    {
        using var x = ToType(a, Real(a.Type));
        var result = WithScalar<DivideKernel>(x, b, reversed: true);
        return Recorder.Record(result, "rdiv", [x], [x, result], static (n, g, _) =>
        {
            using var slope = Divide(n.Saved(1), n.Saved(0));
            using var negative = Elementwise.Unary<NegateKernel>(slope);
            return Multiply(g, negative);
        });
    }

    internal static TensorValue PowerScalar(TensorValue a, Scalar exponent)
        => Recorder.Record(WithScalar<PowerKernel>(a, exponent), "pow", [a], [a], (n, g, _) =>
        {
            using var lower = WithScalar<PowerKernel>(n.Saved(0), exponent.Number - 1);
            using var slope = WithScalar<MultiplyKernel>(lower, exponent);
            return Multiply(g, slope);
        });

    internal static TensorValue Power(TensorValue a, TensorValue exponent)
    {
        var result = Elementwise.Binary<PowerKernel>("pow", a, exponent, DataTypes.Result(a, exponent));
        return Recorder.Record(result, "pow", [a, exponent], [a, exponent, result], static (n, g, i) =>
        {
            if (i == 1)
            {
                using var logarithm = Elementwise.Float<LogKernel>(n.Saved(0));
                using var change = Multiply(n.Saved(2), logarithm);
                return Multiply(g, change);
            }

            using var less = WithScalar<SubtractKernel>(n.Saved(1), 1);
            using var lower = Elementwise.Binary<PowerKernel>("pow", n.Saved(0), less, g.Type);
            using var slope = Multiply(lower, n.Saved(1));
            return Multiply(g, slope);
        });
    }

    /// <summary>The larger of two; equal elements share the gradient in halves, as in PyTorch.</summary>
    internal static TensorValue Maximum(TensorValue a, TensorValue b)
        => Recorder.Record(
            Elementwise.Binary<MaximumKernel>("maximum", a, b, DataTypes.Result(a, b)), "maximum", [a, b], [a, b],
            static (n, g, i) => Chosen<GreaterKernel>(g, n.Saved(i), n.Saved(1 - i)));

    internal static TensorValue Minimum(TensorValue a, TensorValue b)
        => Recorder.Record(
            Elementwise.Binary<MinimumKernel>("minimum", a, b, DataTypes.Result(a, b)), "minimum", [a, b], [a, b],
            static (n, g, i) => Chosen<LessKernel>(g, n.Saved(i), n.Saved(1 - i)));

    /// <summary>Limits to [minimum, maximum]; the gradient passes where neither limit was crossed.</summary>
    internal static TensorValue Clamp(TensorValue a, Scalar? minimum, Scalar? maximum)
    {
        if (minimum is null && maximum is null)
        {
            throw new TensorException("clamp: At least one of 'min' or 'max' must not be None");
        }

        var result = Copying.Clone(a);
        if (minimum is not null)
        {
            Elementwise.ScalarInto<MaximumKernel>(result, minimum, result);
        }

        if (maximum is not null)
        {
            Elementwise.ScalarInto<MinimumKernel>(result, maximum, result);
        }

        return Recorder.Record(result, "clamp", [a], [a, result], static (n, g, _) =>
        {
            // The bounds themselves pass the gradient, and so does a number equal to its own clamp.
            using var same = Elementwise.Compare<EqualKernel>("clamp", n.Saved(0), n.Saved(1));
            return Multiply(g, same);
        });
    }

    internal static TensorValue Negate(TensorValue a)
        => Recorder.Record(Elementwise.Unary<NegateKernel>(a), "neg", [a], [], static (_, g, _) => Elementwise.Unary<NegateKernel>(g));

    internal static TensorValue Square(TensorValue a) => PowerScalar(a, 2);

    internal static TensorValue WithScalar<TKernel>(TensorValue a, Scalar b, bool reversed = false)
        where TKernel : IBinaryKernel
    {
        var result = TensorValue.Empty(DataTypes.Result(a, b), a.Shape);
        Elementwise.ScalarInto<TKernel>(a, b, result, reversed);
        return result;
    }

    private static ScalarType Real(ScalarType type) => DataTypes.IsFloat(type) ? type : ScalarType.Float32;

    private static TensorValue Chosen<TComparison>(TensorValue gradient, TensorValue mine, TensorValue other)
        where TComparison : IComparison
    {
        using var wins = Elementwise.Compare<TComparison>("compare", mine, other);
        using var equals = Elementwise.Compare<EqualKernel>("compare", mine, other);
        using var half = MultiplyScalar(equals, 0.5);
        using var share = Add(half, wins);
        return Multiply(gradient, share);
    }
}
