namespace TorchSharp;

/// <summary>The gradient of one input, from the gradient of the result. The caller owns what comes back.</summary>
internal delegate TensorValue Derivative(GraphNode node, TensorValue gradient, int input);

/// <summary>One recorded operation: what it read, what it saved, and how gradients flow back through it.</summary>
/// <remarks>
/// Counted like values: its result and the operations that read the result own shares. Sequence numbers grow along every path,
/// so a backward pass that always takes the latest node has seen all of its consumers.
/// </remarks>
internal sealed class GraphNode
{
    private static long _latest;

    private readonly GraphNode?[] _inputNodes;
    private readonly TensorValue?[] _leaves;
    private readonly long[][] _inputShapes;
    private readonly Derivative _derivative;
    private readonly int[] _versions;
    private TensorValue[]? _saved;
    private int _owners = 1;

    internal GraphNode(string operation, ReadOnlySpan<TensorValue> inputs, ReadOnlySpan<TensorValue> saved, TensorValue output, Derivative derivative)
    {
        Operation = operation;
        Sequence = Interlocked.Increment(ref _latest);
        _derivative = derivative;
        _inputNodes = new GraphNode?[inputs.Length];
        _leaves = new TensorValue?[inputs.Length];
        _inputShapes = new long[inputs.Length][];
        for (var i = 0; i < inputs.Length; i++)
        {
            _inputShapes[i] = inputs[i].Shape;
            if (inputs[i].Node is { } node)
            {
                node.Retain();
                _inputNodes[i] = node;
            }
            else if (inputs[i].RequiresGradient)
            {
                _leaves[i] = inputs[i].Retain();
            }
        }

        _saved = new TensorValue[saved.Length];
        _versions = new int[saved.Length];
        for (var i = 0; i < saved.Length; i++)
        {
            // A result that saved itself with its node would keep itself alive.
            _saved[i] = ReferenceEquals(saved[i], output) ? saved[i].Detached() : saved[i].Retain();
            _versions[i] = saved[i].Storage.Version;
        }
    }

    internal string Operation { get; }

    internal long Sequence { get; }

    internal int Inputs => _inputNodes.Length;

    /// <summary>The result's value, where it asked to keep its gradient.</summary>
    internal TensorValue? Kept { get; set; }

    internal GraphNode? InputNode(int input) => _inputNodes[input];

    internal TensorValue? Leaf(int input) => _leaves[input];

    internal long[] InputShape(int input) => _inputShapes[input];

    internal bool Needs(int input) => _inputNodes[input] is not null || _leaves[input] is not null;

    /// <summary>A saved value, checked for writes since it was saved.</summary>
    internal TensorValue Saved(int index)
    {
        if (_saved is null)
        {
            throw new InvalidOperationException(
                "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward(). Specify retain_graph=true if you need to backward through the graph a second time.");
        }

        var value = _saved[index];
        return value.Storage.Version == _versions[index]
            ? value
            : throw new InvalidOperationException(
                $"one of the variables needed for gradient computation has been modified by an inplace operation: [{value.Type} {Shapes.Text(value.Shape)}], saved by {Operation}, is at version {value.Storage.Version}; expected version {_versions[index]} instead.");
    }

    internal TensorValue Gradient(TensorValue gradient, int input)
    {
        if (_saved is null)
        {
            _ = Saved(0);
        }

        return _derivative(this, gradient, input);
    }

    internal void Retain() => Interlocked.Increment(ref _owners);

    /// <summary>Gives up one share; a chain that nobody reads any more is let go of without recursion.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _owners) != 0)
        {
            return;
        }

        var pending = new Stack<GraphNode>();
        pending.Push(this);
        while (pending.TryPop(out var node))
        {
            node.FreeSaved();
            for (var i = 0; i < node._inputNodes.Length; i++)
            {
                node._leaves[i]?.Dispose();
                if (node._inputNodes[i] is { } input && Interlocked.Decrement(ref input._owners) == 0)
                {
                    pending.Push(input);
                }
            }
        }
    }

    internal void FreeSaved()
    {
        var saved = Interlocked.Exchange(ref _saved, null);
        foreach (var value in saved ?? [])
        {
            value.Dispose();
        }
    }
}
