namespace TorchSharp;

internal static partial class Operations
{
    /// <summary>Images [batch, in, height, width] (or without batch) under kernels [out, in / groups, kernel height, kernel width], plus bias [out].</summary>
    internal static TensorValue Convolve(TensorValue input, TensorValue weight, TensorValue? bias, long[]? strides, long[]? padding, long[]? dilation, long groups)
    {
        const string Operation = "conv2d";
        CheckConvolution(Operation, input, weight, bias, groups, weight.Rank == 4 ? weight.Shape[0] : 0);
        if (input.Rank == 3)
        {
            using var one = Unsqueeze(input, 0);
            using var single = Convolve(one, weight, bias, strides, padding, dilation, groups);
            return Squeeze(single, 0);
        }

        if (input.Shape[1] != weight.Shape[1] * groups || weight.Shape[0] % groups != 0)
        {
            throw new TensorException(
                $"{Operation}: Given groups={groups}, weight of size {Shapes.Text(weight.Shape)}, expected input{Shapes.Text(input.Shape)} to have {weight.Shape[1] * groups} channels, but got {input.Shape[1]} channels instead");
        }

        var (sy, sx) = Pair(Operation, "stride", strides, 1, 1);
        var (py, px) = Pair(Operation, "padding", padding, 0, 0);
        var (dy, dx) = Pair(Operation, "dilation", dilation, 1, 1);
        var shape = new ConvolutionShape(
            (int)weight.Shape[1], (int)input.Shape[2], (int)input.Shape[3], (int)weight.Shape[2], (int)weight.Shape[3], sy, sx, py, px, dy, dx);
        if (shape.OutputHeight <= 0 || shape.OutputWidth <= 0 || shape.Height + (2 * py) < (dy * (shape.KernelHeight - 1)) + 1 || shape.Width + (2 * px) < (dx * (shape.KernelWidth - 1)) + 1)
        {
            throw new TensorException(
                $"{Operation}: Calculated padded input size ({shape.Height + (2 * py)} x {shape.Width + (2 * px)}) is smaller than the kernel: input {Shapes.Text(input.Shape)}, weight {Shapes.Text(weight.Shape)}");
        }

        using var images = Copying.Contiguous(input);
        using var kernels = Copying.Contiguous(weight);
        var result = Convolutions.Apply(images, kernels, shape, (int)groups);
        AddChannels(result, bias);
        ReadOnlySpan<TensorValue> inputs = bias is null ? [input, weight] : [input, weight, bias];
        return Recorder.Record(result, Operation, inputs, [images, kernels], (n, g, i) =>
        {
            using var flow = Copying.Contiguous(g);
            return i switch
            {
                0 => Convolutions.Spread(flow, n.Saved(1), shape, (int)groups),
                1 => Convolutions.KernelGradient(n.Saved(0), flow, n.InputShape(1), shape, (int)groups),
                _ => ChannelSums(flow),
            };
        });
    }

    /// <summary>Images [batch, in, height, width] (or without batch) spread by kernels [in, out / groups, kernel height, kernel width], plus bias [out].</summary>
    internal static TensorValue ConvolveTransposed(
        TensorValue input, TensorValue weight, TensorValue? bias, long[]? strides, long[]? padding, long[]? outputPadding, long[]? dilation, long groups)
    {
        const string Operation = "conv_transpose2d";
        CheckConvolution(Operation, input, weight, bias, groups, weight.Rank == 4 ? weight.Shape[1] * groups : 0);
        if (input.Rank == 3)
        {
            using var one = Unsqueeze(input, 0);
            using var single = ConvolveTransposed(one, weight, bias, strides, padding, outputPadding, dilation, groups);
            return Squeeze(single, 0);
        }

        if (input.Shape[1] != weight.Shape[0] || weight.Shape[0] % groups != 0)
        {
            throw new TensorException(
                $"{Operation}: Given groups={groups}, weight of size {Shapes.Text(weight.Shape)}, expected input{Shapes.Text(input.Shape)} to have {weight.Shape[0]} channels, but got {input.Shape[1]} channels instead");
        }

        var (sy, sx) = Pair(Operation, "stride", strides, 1, 1);
        var (py, px) = Pair(Operation, "padding", padding, 0, 0);
        var (oy, ox) = Pair(Operation, "output_padding", outputPadding, 0, 0);
        var (dy, dx) = Pair(Operation, "dilation", dilation, 1, 1);
        if (oy >= Math.Max(sy, dy) || ox >= Math.Max(sx, dx))
        {
            throw new TensorException($"{Operation}: output padding must be smaller than either stride or dilation, but got output_padding [{oy}, {ox}], stride [{sy}, {sx}], dilation [{dy}, {dx}]");
        }

        var height = ((int)(input.Shape[2] - 1) * sy) - (2 * py) + (dy * ((int)weight.Shape[2] - 1)) + oy + 1;
        var width = ((int)(input.Shape[3] - 1) * sx) - (2 * px) + (dx * ((int)weight.Shape[3] - 1)) + ox + 1;
        if (height <= 0 || width <= 0)
        {
            throw new TensorException($"{Operation}: the output size ({height} x {width}) is too small: input {Shapes.Text(input.Shape)}, weight {Shapes.Text(weight.Shape)}");
        }

        var shape = new ConvolutionShape((int)weight.Shape[1], height, width, (int)weight.Shape[2], (int)weight.Shape[3], sy, sx, py, px, dy, dx);
        using var outputs = Copying.Contiguous(input);
        using var kernels = Copying.Contiguous(weight);
        var result = Convolutions.Spread(outputs, kernels, shape, (int)groups);
        AddChannels(result, bias);
        ReadOnlySpan<TensorValue> inputs = bias is null ? [input, weight] : [input, weight, bias];
        return Recorder.Record(result, Operation, inputs, [outputs, kernels], (n, g, i) =>
        {
            using var flow = Copying.Contiguous(g);
            return i switch
            {
                0 => Convolutions.Apply(flow, n.Saved(1), shape, (int)groups),
                1 => Convolutions.KernelGradient(flow, n.Saved(0), n.InputShape(1), shape, (int)groups),
                _ => ChannelSums(flow),
            };
        });
    }

    private static void CheckConvolution(string operation, TensorValue input, TensorValue weight, TensorValue? bias, long groups, long outputs)
    {
        if (groups <= 0)
        {
            throw new TensorException($"{operation}: non-positive groups is not supported, got {groups}");
        }

        if (input.Rank is < 3 or > 4 || weight.Rank != 4)
        {
            throw new TensorException($"{operation}: Expected 3D (unbatched) or 4D (batched) input and 4D weight, but got input of size {Shapes.Text(input.Shape)} and weight of size {Shapes.Text(weight.Shape)}");
        }

        CheckSameFloat(operation, input, weight);
        if (bias is not null && (bias.Rank != 1 || bias.Shape[0] != outputs || bias.Type != weight.Type))
        {
            throw new TensorException(
                $"{operation}: Given weight of size {Shapes.Text(weight.Shape)}, expected bias to be {DataTypes.Name(weight.Type)} with {outputs} elements, but got {DataTypes.Name(bias.Type)} {Shapes.Text(bias.Shape)}");
        }
    }

    private static (int Y, int X) Pair(string operation, string name, long[]? given, int standard, int least)
    {
        var (y, x) = given?.Length switch
        {
            null => (standard, standard),
            1 => ((int)given[0], (int)given[0]),
            2 => ((int)given[0], (int)given[1]),
            _ => throw new TensorException($"{operation}: expected {name} to be a single integer value or a list of 2 values, but got {Shapes.Text(given!)}"),
        };
        return y >= least && x >= least ? (y, x) : throw new TensorException($"{operation}: {name} must be at least {least}, but got [{y}, {x}]");
    }

    private static void AddChannels(TensorValue result, TensorValue? bias)
    {
        if (bias is null)
        {
            return;
        }

        using var unrecorded = GradientMode.Set(on: false);
        using var rows = Reshape(bias, [1, bias.Shape[0], 1, 1]);
        Elementwise.BinaryInto<AddKernel>("conv2d", result, rows, result);
    }

    private static TensorValue ChannelSums(TensorValue gradient) => Sum(gradient, [0, 2, 3], keep: false);
}
