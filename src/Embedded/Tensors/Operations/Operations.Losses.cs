using System.Numerics;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp;

internal static partial class Operations
{
    internal static TensorValue MeanSquaredError(TensorValue input, TensorValue target, Reduction reduction)
    {
        using var difference = Subtract(input, target);
        using var squares = Square(difference);
        return Reduce(squares, reduction);
    }

    /// <summary>-w[y] log p[y], the classes in dimension 1 (or 0 where there is no batch).</summary>
    internal static TensorValue NegativeLogLikelihood(TensorValue logs, TensorValue target, TensorValue? weight, long? ignored, Reduction reduction)
    {
        var classes = logs.Rank == 1 ? 0 : 1;
        CheckIndex("nll_loss", target);
        if (logs.Rank == 0 || target.Rank != logs.Rank - 1)
        {
            throw new TensorException($"nll_loss: Expected input batch_size to match target batch_size, got input {Shapes.Text(logs.Shape)} and target {Shapes.Text(target.Shape)}");
        }

        for (var i = 0; i < target.Rank; i++)
        {
            if (target.Shape[i] != logs.Shape[i < classes ? i : i + 1])
            {
                throw new TensorException($"nll_loss: Expected input batch_size ({logs.Shape[0]}) to match target batch_size ({target.Shape[0]}); the shapes are {Shapes.Text(logs.Shape)} and {Shapes.Text(target.Shape)}");
            }
        }

        using var counted = CompareScalar<NotEqualKernel>("nll_loss", target, ignored ?? -100);
        using var zero = Elementwise.ScalarValue(0, ScalarType.Int64);
        using var labels = Where(counted, target, zero);
        using var column = Unsqueeze(labels, classes);
        using var picked = Gather(logs, classes, column);
        using var likelihood = Squeeze(picked, classes);
        using var weights = WeightOf(labels, weight, counted, logs.Type);
        using var weighted = Multiply(likelihood, weights);
        using var losses = Negate(weighted);
        if (reduction != Reduction.Mean)
        {
            return Reduce(losses, reduction);
        }

        using var total = Sum(losses, [], keep: false);
        using var divisor = Sum(weights, [], keep: false);
        return Divide(total, divisor);
    }

    internal static TensorValue CrossEntropy(TensorValue input, TensorValue target, TensorValue? weight, long ignored, Reduction reduction, double smoothing)
    {
        var classes = input.Rank == 1 ? 0 : 1;
        using var logs = Softmax(input, classes, logarithm: true);
        if (DataTypes.IsFloat(target.Type))
        {
            return CrossEntropyOfProbabilities(logs, target, weight, reduction, smoothing, classes);
        }

        if (smoothing == 0)
        {
            return NegativeLogLikelihood(logs, target, weight, ignored, reduction);
        }

        using var likelihood = NegativeLogLikelihood(logs, target, weight, ignored, reduction);
        using var spread = UniformLoss(logs, target, weight, ignored, reduction, classes);
        using var kept = MultiplyScalar(likelihood, 1 - smoothing);
        using var smoothed = MultiplyScalar(spread, smoothing / input.Shape[classes]);
        return Add(kept, smoothed);
    }

    internal static TensorValue BinaryCrossEntropyWithLogits(TensorValue input, TensorValue target, TensorValue? weight, TensorValue? positiveWeight, Reduction reduction)
    {
        if (!Shapes.Same(input.Shape, target.Shape))
        {
            throw new TensorException($"binary_cross_entropy_with_logits: Target size ({Shapes.Text(target.Shape)}) must be the same as input size ({Shapes.Text(input.Shape)})");
        }

        using var y = ToType(target, input.Type);
        using var one = Elementwise.ScalarValue(1, input.Type);
        using var p = ExpandedAs(positiveWeight ?? one, input.Type, input.Shape);
        using var x = Copying.Contiguous(input);
        using var labels = Copying.Contiguous(y);
        var result = TensorValue.EmptyLike(x);
        LogisticLoss(x, labels, p, result, -1);
        using var losses = Recorder.Record(result, "binary_cross_entropy_with_logits", [input, y], [x, labels, p], static (n, g, i) =>
        {
            using var slope = TensorValue.EmptyLike(n.Saved(0));
            LogisticLoss(n.Saved(0), n.Saved(1), n.Saved(2), slope, i);
            return Multiply(g, slope);
        });
        if (weight is null)
        {
            return Reduce(losses, reduction);
        }

        using var weighted = Multiply(losses, weight);
        return Reduce(weighted, reduction);
    }

    private static TensorValue Reduce(TensorValue losses, Reduction reduction) => reduction switch
    {
        Reduction.Mean => Mean(losses, [], keep: false),
        Reduction.Sum => Sum(losses, [], keep: false),
        _ => losses.Retain(),
    };

    /// <summary>The weight of each label: 0 for an ignored one, 1 where no weights are given.</summary>
    private static TensorValue WeightOf(TensorValue labels, TensorValue? weight, TensorValue counted, ScalarType type)
    {
        if (weight is null)
        {
            return Copying.Convert(counted, type);
        }

        using var flat = FlatInOrder(labels);
        using var picked = IndexSelect(weight, 0, flat);
        using var shaped = ViewAs(picked, labels.Shape);
        return Multiply(shaped, counted);
    }

    /// <summary>-Σ w log p over the classes, the part that label smoothing adds.</summary>
    private static TensorValue UniformLoss(TensorValue logs, TensorValue target, TensorValue? weight, long ignored, Reduction reduction, int classes)
    {
        using var one = Elementwise.ScalarValue(1, logs.Type);
        using var across = AcrossClasses(weight ?? one, logs, classes);
        using var weighted = Multiply(logs, across);
        using var sums = Sum(weighted, [classes], keep: false);
        using var negative = Negate(sums);
        using var counted = CompareScalar<NotEqualKernel>("cross_entropy", target, ignored);
        using var losses = Multiply(negative, counted);
        if (reduction != Reduction.Mean)
        {
            return Reduce(losses, reduction);
        }

        using var zero = Elementwise.ScalarValue(0, ScalarType.Int64);
        using var labels = Where(counted, target, zero);
        using var weights = WeightOf(labels, weight, counted, logs.Type);
        using var total = Sum(losses, [], keep: false);
        using var divisor = Sum(weights, [], keep: false);
        return Divide(total, divisor);
    }

    private static TensorValue CrossEntropyOfProbabilities(
        TensorValue logs, TensorValue target, TensorValue? weight, Reduction reduction, double smoothing, int classes)
    {
        if (!Shapes.Same(logs.Shape, target.Shape))
        {
            throw new TensorException($"cross_entropy: Expected floating point type for target with class probabilities of the input's shape {Shapes.Text(logs.Shape)}, got {Shapes.Text(target.Shape)}");
        }

        using var scaled = MultiplyScalar(target, 1 - smoothing);
        using var smooth = AddScalar(scaled, smoothing / logs.Shape[classes]);
        using var one = Elementwise.ScalarValue(1, logs.Type);
        using var across = AcrossClasses(weight ?? one, logs, classes);
        using var weighted = Multiply(logs, across);
        using var products = Multiply(weighted, smooth);
        using var sums = Sum(products, [classes], keep: false);
        using var losses = Negate(sums);
        if (reduction != Reduction.Mean)
        {
            return Reduce(losses, reduction);
        }

        using var total = Sum(losses, [], keep: false);
        return DivideByScalar(total, (double)logs.Count / logs.Shape[classes]);
    }

    private static TensorValue AcrossClasses(TensorValue weight, TensorValue logs, int classes)
    {
        if (weight.Count == 1)
        {
            return ViewAs(weight, []);
        }

        var shape = new long[logs.Rank];
        Array.Fill(shape, 1);
        shape[classes] = weight.Count;
        return ViewAs(weight, shape);
    }

    /// <summary>The loss itself (-1), or its slope by the logit (0) or by the label (1).</summary>
    private static void LogisticLoss(TensorValue x, TensorValue y, TensorValue positive, TensorValue result, int derivative)
    {
        if (x.Type == ScalarType.Float32)
        {
            LogisticLoss<float>(x.Span<float>(), y.Span<float>(), positive.Span<float>(), result.Span<float>(), derivative);
        }
        else
        {
            LogisticLoss<double>(x.Span<double>(), y.Span<double>(), positive.Span<double>(), result.Span<double>(), derivative);
        }
    }

    private static void LogisticLoss<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> positive, Span<T> result, int derivative)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < x.Length; i++)
        {
            var small = T.Exp(-T.Abs(x[i]));
            var softplus = T.LogP1(small) + T.Max(-x[i], T.Zero);
            var emphasis = T.One + ((positive[i] - T.One) * y[i]);
            var opposite = x[i] >= T.Zero ? small / (T.One + small) : T.One / (T.One + small);
            result[i] = derivative switch
            {
                0 => T.One - y[i] - (emphasis * opposite),
                1 => ((positive[i] - T.One) * softplus) - x[i],
                _ => ((T.One - y[i]) * x[i]) + (emphasis * softplus),
            };
        }
    }
}
