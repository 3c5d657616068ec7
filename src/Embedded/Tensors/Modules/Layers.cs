using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A module without parameters of its own.</summary>
    public interface IParameterLessModule
    {
    }

    /// <summary>A module of one input without parameters.</summary>
    /// <typeparam name="T1">The input.</typeparam>
    /// <typeparam name="TResult">The result.</typeparam>
    public abstract class ParameterLessModule<T1, TResult> : Module<T1, TResult>, IParameterLessModule
    {
        /// <summary>A module with the name of its kind.</summary>
        protected ParameterLessModule(string name)
            : base(name)
        {
        }
    }

    /// <summary>x Wᵀ + b: [.., in] to [.., out].</summary>
    public sealed class Linear : Module<Tensor, Tensor>
    {
        private Parameter _weight;
        private Parameter? _bias;

        internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
            : base(nameof(Linear))
        {
            in_features = inputSize;
            out_features = outputSize;
            _weight = Replace(nameof(weight), null, empty(outputSize, inputSize, dtype, device).AsParameter())!;
            init.kaiming_uniform_(_weight, Math.Sqrt(5)).Dispose();

            if (!hasBias)
            {
                return;
            }

            var bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
            _bias = Replace(nameof(bias), null, empty(outputSize, dtype, device).AsParameter());
            init.uniform_(_bias!, -bound, bound).Dispose();
        }

        internal Linear(Parameter weight, Parameter? bias)
            : base(nameof(Linear))
        {
            in_features = weight.Value.Shape[1];
            out_features = weight.Value.Shape[0];
            _weight = Replace(nameof(weight), null, weight)!;
            _bias = Replace(nameof(bias), null, bias);
        }

        /// <summary>The size of the last dimension that comes in.</summary>
        public long in_features { get; set; }

        /// <summary>The size of the last dimension that goes out.</summary>
        public long out_features { get; set; }

        /// <summary>[out, in], drawn as PyTorch draws it: U(-1/sqrt(in), 1/sqrt(in)).</summary>
        public Parameter weight
        {
            get => _weight;
            set => _weight = Replace(nameof(weight), _weight, value)!;
        }

        /// <summary>[out], drawn like the weights; or null.</summary>
        public Parameter? bias
        {
            get => _bias;
            set => _bias = Replace(nameof(bias), _bias, value);
        }

        /// <summary>x Wᵀ + b.</summary>
        public override Tensor forward(Tensor tensor) => functional.linear(tensor, _weight, _bias);

        /// <summary>max(x Wᵀ + b, 0) as one operation, for a layer that a <see cref="ReLU"/> follows.</summary>
        internal Tensor ForwardRelu(Tensor tensor) => new(Operations.Linear(tensor.Value, _weight.Value, _bias?.Value, relu: true));
    }

    /// <summary>The hyperbolic tangent.</summary>
    public sealed class Tanh : ParameterLessModule<Tensor, Tensor>
    {
        internal Tanh(bool inplace)
            : base(nameof(Tanh))
        {
            this.inplace = inplace;
        }

        /// <summary>Whether it writes over its input.</summary>
        public bool inplace { get; set; }

        /// <summary>tanh(x).</summary>
        public override Tensor forward(Tensor tensor) => functional.tanh(tensor, inplace);
    }

    /// <summary>max(x, 0).</summary>
    public sealed class ReLU : ParameterLessModule<Tensor, Tensor>
    {
        internal ReLU(bool inplace)
            : base(nameof(ReLU))
        {
            this.inplace = inplace;
        }

        /// <summary>Whether it writes over its input.</summary>
        public bool inplace { get; set; }

        /// <summary>max(x, 0).</summary>
        public override Tensor forward(Tensor tensor) => functional.relu(tensor, inplace);
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    public sealed class Sigmoid : ParameterLessModule<Tensor, Tensor>
    {
        internal Sigmoid(bool inplace)
            : base(nameof(Sigmoid))
        {
            this.inplace = inplace;
        }

        /// <summary>Whether it writes over its input.</summary>
        public bool inplace { get; set; }

        /// <summary>1 / (1 + exp(-x)).</summary>
        public override Tensor forward(Tensor tensor) => inplace ? tensor.sigmoid_() : tensor.sigmoid();
    }

    /// <summary>Modules one after another, named by position where they are given no names.</summary>
    public class Sequential : Module<Tensor, Tensor>
    {
        private readonly List<Module<Tensor, Tensor>> _chain = [];

        internal Sequential(IEnumerable<(string Name, Module<Tensor, Tensor> Module)> modules)
            : base(nameof(Sequential))
        {
            foreach (var (name, module) in modules)
            {
                register_module(name, module);
                _chain.Add(module);
            }
        }

        /// <summary>How many modules there are.</summary>
        public int Count => _chain.Count;

        /// <summary>Each module's result is the next one's input.</summary>
        public override Tensor forward(Tensor tensor)
        {
            if (_chain.Count == 0)
            {
                return tensor.alias();
            }

            // Results in between go at once, as in TorchSharp; the graph keeps what backward needs.
            var current = tensor;
            for (var i = 0; i < _chain.Count; i++)
            {
                var isPair = _chain[i] is Linear && i + 1 < _chain.Count && _chain[i + 1] is ReLU;
                var next = isPair ? ((Linear)_chain[i++]).ForwardRelu(current) : _chain[i].call(current);
                if (!ReferenceEquals(current, tensor))
                {
                    current.Dispose();
                }

                current = next;
            }

            return current;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A layer x Wᵀ + b.</summary>
            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
                => new(inputSize, outputSize, hasBias, device, dtype);

            /// <summary>A layer of given weights [out, in] and bias [out].</summary>
            public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);

            /// <summary>The hyperbolic tangent.</summary>
            public static Tanh Tanh() => new(inplace: false);

            /// <summary>max(x, 0).</summary>
            public static ReLU ReLU(bool inplace = false) => new(inplace);

            /// <summary>1 / (1 + exp(-x)).</summary>
            public static Sigmoid Sigmoid() => new(inplace: false);

            /// <summary>Modules one after another, named "0", "1", ...</summary>
            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules)
                => new(modules.Select(static (module, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), module)));

            /// <summary>Modules one after another, named "0", "1", ...</summary>
            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) => Sequential([.. modules]);

            /// <summary>Named modules one after another.</summary>
            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => new(modules);

            /// <summary>Named modules one after another.</summary>
            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules) => new(modules);
        }
    }
}
