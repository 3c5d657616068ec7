namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether operations on this tensor are recorded for backward.</summary>
        public bool requires_grad
        {
            get => Value.RequiresGradient;
            set => Value.RequiresGradient = value;
        }

        /// <summary>Whether no recorded operation made this tensor.</summary>
        public bool is_leaf => Value.IsLeaf;

        /// <summary>What backward added up here, or null. Every read hands out a new handle, as in TorchSharp.</summary>
        public Tensor? grad
        {
            get => Value.Gradient is { } gradient ? new Tensor(gradient.Retain()) : null;
            set
            {
                if (value is not null && !Shapes.Same(value.Value.Shape, Value.Shape))
                {
                    throw new TensorException($"assigned grad has data of a different size: {Shapes.Text(value.Value.Shape)} for a tensor of {Shapes.Text(Value.Shape)}");
                }

                var before = Value.Gradient;
                Value.Gradient = value?.Value.Retain();
                before?.Dispose();
            }
        }

        /// <summary>Sets <see cref="requires_grad"/> and hands out another handle.</summary>
        public Tensor requires_grad_(bool requires_grad = true)
        {
            Value.RequiresGradient = requires_grad;
            return new Tensor(Value.Retain());
        }

        /// <summary>Sets <see cref="requires_grad"/> and returns this handle.</summary>
        public Tensor with_requires_grad(bool requires_grad = true)
        {
            Value.RequiresGradient = requires_grad;
            return this;
        }

        /// <summary>Keeps the gradient of a tensor that an operation made.</summary>
        public void retain_grad()
        {
            if (Value.Node is { } node && !Value.KeepsGradient)
            {
                Value.KeepsGradient = true;
                node.Kept = Value;
            }
        }

        /// <summary>Adds the derivatives of this number to the gradients of the leaves it came from.</summary>
        public void backward() => BackwardPass.Run(Value, null, keepGraph: false);

        /// <summary>The same, from given gradients; first-order only.</summary>
        /// <param name="grad_tensors">The gradient of this tensor, one tensor of its shape.</param>
        /// <param name="retain_graph">Keeps what backward needs, for another pass.</param>
        /// <param name="create_graph">Must be false: this engine has first derivatives only.</param>
        /// <param name="inputs">Must be null: gradients go to every leaf.</param>
        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            if (create_graph || inputs is not null)
            {
                throw new TensorException("backward: create_graph and inputs aren't held by the managed engine, which has first derivatives into every leaf");
            }

            BackwardPass.Run(Value, grad_tensors is null ? null : grad_tensors[0].Value, retain_graph);
        }
    }

    /// <summary>Whether operations on this thread are recorded.</summary>
    public static bool is_grad_enabled() => GradientMode.IsOn;

    /// <summary>Whether this thread is inside <see cref="inference_mode"/>.</summary>
    public static bool is_inference_mode_enabled() => GradientMode.IsInference;

    /// <summary>Records nothing on this thread until disposed.</summary>
    public static IDisposable no_grad() => GradientMode.Set(on: false);

    /// <summary>Records on this thread until disposed.</summary>
    public static IDisposable enable_grad(bool enabled = true) => GradientMode.Set(enabled);

    /// <summary>Records or not on this thread until disposed.</summary>
    public static IDisposable set_grad_enabled(bool mode = true) => GradientMode.Set(mode);

    /// <summary>Records nothing on this thread until disposed.</summary>
    public static IDisposable inference_mode(bool mode = true) => GradientMode.SetInference(mode);

    /// <summary>A scope that owns the tensors made on this thread until it is disposed.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    /// <summary>The innermost scope of this thread, if any.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.CurrentDisposeScope;

    /// <summary>
    /// Sets how many threads one operation may use, the caller's included: one figure for the whole process, at most 64 in this engine.
    /// Results are the same whatever it is.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public static void set_num_threads(int num)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(num, 1);
        WorkerPool.Threads = num;
    }

    /// <summary>What <see cref="set_num_threads"/> set; 1 before.</summary>
    public static int get_num_threads() => WorkerPool.Threads;
}
