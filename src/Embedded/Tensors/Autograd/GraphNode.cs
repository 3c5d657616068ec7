namespace TorchSharp;

/// <summary>The gradient of one input, from the gradient of the result. The caller owns what comes back.</summary>
internal delegate TensorValue Derivative(GraphNode node, TensorValue gradient, int input);

/// <summary>Adds the gradient of one input straight into a leaf's sum, and says whether it did: what it declines goes the usual way.</summary>
internal delegate bool GradientSum(GraphNode node, TensorValue gradient, int input, TensorValue sum);

/// <summary>One recorded operation: what it read, what it saved, and how gradients flow back through it.</summary>
/// <remarks>
/// Counted like values: its result and the operations that read the result own shares. Sequence numbers grow along every path,
/// so a backward pass that always takes the latest node has seen all of its consumers.
/// </remarks>
internal sealed class GraphNode
{
    private static long _latest;

    private readonly Input[] _inputs;
    private readonly Derivative _derivative;
    private SavedValue[]? _saved;
    private int _owners = 1;

    internal GraphNode(string operation, ReadOnlySpan<TensorValue> inputs, ReadOnlySpan<TensorValue> saved, TensorValue output, Derivative derivative)
    {
        Operation = operation;
        Sequence = Interlocked.Increment(ref _latest);
        _derivative = derivative;
        _inputs = new Input[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            var input = inputs[i];
            input.Node?.Retain();
            _inputs[i] = new Input(input.Node, input.Node is null && input.RequiresGradient ? input.Retain() : null, input.Shape);
        }

        _saved = saved.IsEmpty ? [] : new SavedValue[saved.Length];
        for (var i = 0; i < saved.Length; i++)
        {
            // A result that saved itself with its node would keep itself alive.
            _saved[i] = new SavedValue(ReferenceEquals(saved[i], output) ? saved[i].Detached() : saved[i].Retain(), saved[i].Storage.Version);
        }
    }

    internal string Operation { get; }

    internal long Sequence { get; }

    internal int Inputs => _inputs.Length;

    /// <summary>For operations whose gradients can be added up where they are kept.</summary>
    internal GradientSum? Sum { get; init; }

    /// <summary>For operations with a last step that all inputs share: the gradient before that step, from the one that arrives. The caller owns it.</summary>
    internal Func<GraphNode, TensorValue, TensorValue>? LastStep { get; init; }

    /// <summary>The result's value, where it asked to keep its gradient.</summary>
    internal TensorValue? Kept { get; set; }

    internal GraphNode? InputNode(int input) => _inputs[input].Node;

    internal TensorValue? Leaf(int input) => _inputs[input].Leaf;

    internal long[] InputShape(int input) => _inputs[input].Shape;

    internal bool Needs(int input) => _inputs[input].Node is not null || _inputs[input].Leaf is not null;

    /// <summary>A saved value, checked for writes since it was saved.</summary>
    internal TensorValue Saved(int index)
    {
        if (_saved is null)
        {
            throw new InvalidOperationException(
                "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward(). Specify retain_graph=true if you need to backward through the graph a second time.");
        }

        var (value, version) = _saved[index];
        return value.Storage.Version == version
            ? value
            : throw new InvalidOperationException(
                $"one of the variables needed for gradient computation has been modified by an inplace operation: [{value.Type} {Shapes.Text(value.Shape)}], saved by {Operation}, is at version {value.Storage.Version}; expected version {version} instead.");
    }

    /// <summary>The gradient that <see cref="Gradient"/> and <see cref="AddGradient"/> are given. The caller owns it.</summary>
    internal TensorValue GradientBeforeLastStep(TensorValue gradient) => LastStep is null ? gradient.Retain() : LastStep(this, gradient);

    internal TensorValue Gradient(TensorValue gradient, int input)
    {
        if (_saved is null)
        {
            _ = Saved(0);
        }

        return _derivative(this, gradient, input);
    }

    /// <summary>Adds the gradient of an input into the sum of its leaf, or does nothing and says so.</summary>
    internal bool AddGradient(TensorValue gradient, int input, TensorValue sum)
    {
        if (Sum is null || !Sum(this, gradient, input, sum))
        {
            return false;
        }

        sum.MarkWritten();
        return true;
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
            foreach (var (inputNode, leaf, _) in node._inputs)
            {
                leaf?.Dispose();
                if (inputNode is not null && Interlocked.Decrement(ref inputNode._owners) == 0)
                {
                    pending.Push(inputNode);
                }
            }
        }
    }

    internal void FreeSaved()
    {
        var saved = Interlocked.Exchange(ref _saved, null);
        foreach (var (value, _) in saved ?? [])
        {
            value.Dispose();
        }
    }

    /// <summary>Where a gradient goes on to: a node or a leaf, or nowhere.</summary>
    private readonly record struct Input(GraphNode? Node, TensorValue? Leaf, long[] Shape);

    /// <summary>What backward reads, and the version of its storage that it means.</summary>
    private readonly record struct SavedValue(TensorValue Value, int Version);
}
