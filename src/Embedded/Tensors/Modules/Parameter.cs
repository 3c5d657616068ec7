using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A tensor that a module trains.</summary>
    public class Parameter : Tensor
    {
        /// <summary>Takes the tensor's value over: the tensor's own handle is empty afterwards.</summary>
        public Parameter(Tensor data, bool requires_grad = true)
            : base(data.with_requires_grad(requires_grad).MoveValue(), register: false)
        {
            DisposeScope.Replace(data, this);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        /// <summary>Layers, losses and what belongs to them.</summary>
        public static partial class nn
        {
            /// <summary>Makes a parameter of a tensor, whose own handle is empty afterwards.</summary>
            public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }

    /// <summary>Numbers out of tensors, and tensors out of and into streams.</summary>
    public static partial class TensorExtensionMethods
    {
        /// <summary>Makes a parameter of a tensor, whose own handle is empty afterwards.</summary>
        public static Parameter AsParameter(this Tensor tensor) => new(tensor);
    }
}
