namespace TorchSharp;

/// <summary>Reverse-mode differentiation: visits the recorded nodes from the latest to the earliest and adds into the leaves' gradients.</summary>
internal static class BackwardPass
{
    internal static void Run(TensorValue root, TensorValue? gradient, bool keepGraph)
    {
        if (!root.RequiresGradient)
        {
            throw new InvalidOperationException("element 0 of tensors does not require grad and does not have a grad_fn");
        }

        if (gradient is null && root.Count != 1)
        {
            throw new InvalidOperationException($"grad can be implicitly created only for scalar outputs, but the shape is {Shapes.Text(root.Shape)}");
        }

        if (gradient is not null && !Shapes.Same(gradient.Shape, root.Shape))
        {
            throw new InvalidOperationException($"Mismatch in shape: grad_output[0] has a shape of {Shapes.Text(gradient.Shape)} and output[0] has a shape of {Shapes.Text(root.Shape)}.");
        }

        using var unrecorded = GradientMode.Set(on: false);
        var start = gradient?.Retain() ?? Ones(root);
        if (root.Node is null)
        {
            Accumulate(root, start);
            return;
        }

        var arrived = new Dictionary<GraphNode, TensorValue> { [root.Node] = start };
        var order = new PriorityQueue<GraphNode, long>();
        order.Enqueue(root.Node, -root.Node.Sequence);
        while (order.TryDequeue(out var node, out _))
        {
            _ = arrived.Remove(node, out var incoming);
            Visit(node, incoming!, arrived, order);
            if (node.Kept is { } kept)
            {
                Accumulate(kept, incoming!.Retain());
            }

            incoming!.Dispose();
            if (!keepGraph)
            {
                node.FreeSaved();
            }
        }
    }

    private static void Visit(GraphNode node, TensorValue incoming, Dictionary<GraphNode, TensorValue> arrived, PriorityQueue<GraphNode, long> order)
    {
        using var beforeLast = node.GradientBeforeLastStep(incoming);
        for (var i = 0; i < node.Inputs; i++)
        {
            if (!node.Needs(i) || (SumOf(node, i, arrived) is { } sum && node.AddGradient(beforeLast, i, sum)))
            {
                continue;
            }

            var outgoing = Reduced(node.Gradient(beforeLast, i), node.InputShape(i));
            if (node.Leaf(i) is { } leaf)
            {
                Accumulate(leaf, outgoing);
                continue;
            }

            var next = node.InputNode(i)!;
            if (arrived.TryGetValue(next, out var before))
            {
                arrived[next] = Add(before, outgoing);
            }
            else
            {
                arrived[next] = outgoing;
                order.Enqueue(next, -next.Sequence);
            }
        }
    }

    /// <summary>What has arrived for an input so far, where it may be added to.</summary>
    private static TensorValue? SumOf(GraphNode node, int input, Dictionary<GraphNode, TensorValue> arrived)
        => node.Leaf(input) is { } leaf ? leaf.Gradient : arrived.TryGetValue(node.InputNode(input)!, out var sum) && sum.IsExclusive ? sum : null;

    private static TensorValue Ones(TensorValue like)
    {
        var ones = TensorValue.EmptyLike(like);
        Filling.Fill(ones, 1);
        return ones;
    }

    /// <summary>The gradient summed over what broadcasting repeated.</summary>
    private static TensorValue Reduced(TensorValue gradient, long[] shape)
    {
        if (Shapes.Same(gradient.Shape, shape))
        {
            return gradient;
        }

        var result = Operations.SumTo(gradient, shape);
        gradient.Dispose();
        return result;
    }

    /// <summary>Takes over both shares.</summary>
    private static TensorValue Add(TensorValue left, TensorValue right)
    {
        if (left.IsExclusive)
        {
            Elementwise.BinaryInto<AddKernel>("add", left, right, left);
            right.Dispose();
            return left;
        }

        var sum = Elementwise.Binary<AddKernel>("add", left, right, left.Type);
        left.Dispose();
        right.Dispose();
        return sum;
    }

    /// <summary>Adds into the leaf's gradient in place, so that a handle taken earlier sees the sum; takes over the share.</summary>
    private static void Accumulate(TensorValue leaf, TensorValue gradient)
    {
        if (leaf.Gradient is { } sum)
        {
            if (sum.IsContiguous)
            {
                Elementwise.BinaryInto<AddKernel>("add", sum, gradient, sum);
            }
            else
            {
                using var total = Elementwise.Binary<AddKernel>("add", sum, gradient, sum.Type);
                Copying.Into(sum, total);
            }

            sum.MarkWritten();
            gradient.Dispose();
        }
        else if (gradient.IsExclusive)
        {
            leaf.Gradient = gradient;
        }
        else
        {
            leaf.Gradient = Copying.Clone(gradient);
            gradient.Dispose();
        }
    }
}
