using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Stochastic gradient descent with momentum, step by step as PyTorch's.</summary>
    public class SGD : OptimizerHelper, IMomentum
    {
        private readonly Options _defaults;

        /// <summary>An optimiser of one group.</summary>
        public SGD(
            IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
        {
        }

        /// <summary>An optimiser of groups, whose own options go before these.</summary>
        public SGD(
            IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
        {
            if (lr < 0 || momentum < 0 || weight_decay < 0)
            {
                throw new ArgumentException($"Invalid options: lr {lr}, momentum {momentum} and weight_decay {weight_decay} must be at least 0", nameof(lr));
            }

            if (nesterov && (momentum <= 0 || dampening != 0))
            {
                throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening", nameof(nesterov));
            }

            _defaults = new Options
            {
                LearningRate = lr,
                InitialLearningRate = lr,
                momentum = momentum,
                dampening = dampening,
                weight_decay = weight_decay,
                nesterov = nesterov,
                maximize = maximize,
            };
            foreach (var group in parameters)
            {
                Add(group);
            }
        }

        /// <summary>How much of the last step is kept, for groups without their own.</summary>
        public double Momentum
        {
            get => _defaults.momentum!.Value;
            set => _defaults.momentum = value;
        }

        /// <summary>Adds a group of parameters; what its options leave open is this optimiser's.</summary>
        public override void add_param_group(Modules.ParamGroup param_group) => Add(param_group);

        /// <summary>One step over every parameter that has a gradient.</summary>
        public override Tensor? step(Func<Tensor>? closure = null) => Run(closure, () =>
        {
            foreach (var group in Groups)
            {
                var options = (Options)group.Options!;
                foreach (var parameter in group.Parameters)
                {
                    if (parameter.Value.Gradient is { } gradient)
                    {
                        Step(parameter.Value, gradient, (State)States[parameter], options);
                    }
                }
            }
        });

        /// <summary>Disposes the state, not the parameters.</summary>
        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing)
            {
                ReleaseStates();
            }
        }

        private static void Step(TensorValue parameter, TensorValue gradient, State state, Options options)
        {
            using var decay = Operations.MultiplyScalar(parameter, options.weight_decay!.Value);
            using var signed = Operations.MultiplyScalar(gradient, options.maximize!.Value ? -1.0 : 1.0);
            using var slope = Operations.Add(signed, decay);
            using var direction = Direction(slope, state, options);
            Operations.AddScaledInPlace(parameter, direction, -options.LearningRate!.Value);
        }

        private static TensorValue Direction(TensorValue slope, State state, Options options)
        {
            var momentum = options.momentum!.Value;
            if (momentum == 0)
            {
                return slope.Retain();
            }

            if (state.momentum_buffer is null)
            {
                state.momentum_buffer = new Tensor(Copying.Clone(slope)).DetachFromDisposeScope();
            }
            else
            {
                var buffer = state.momentum_buffer.Value;
                Operations.InPlace<MultiplyKernel>("mul_", buffer, momentum, Operations.MultiplyScalar);
                Operations.AddScaledInPlace(buffer, slope, 1 - options.dampening!.Value);
            }

            if (!options.nesterov!.Value)
            {
                return state.momentum_buffer.Value.Retain();
            }

            using var ahead = Operations.MultiplyScalar(state.momentum_buffer.Value, momentum);
            return Operations.Add(slope, ahead);
        }

        private void Add(Modules.ParamGroup group)
        {
            group.Options ??= new Options();
            var options = (Options)group.Options;
            options.LearningRate ??= _defaults.LearningRate;
            options.momentum ??= _defaults.momentum;
            options.dampening ??= _defaults.dampening;
            options.weight_decay ??= _defaults.weight_decay;
            options.nesterov ??= _defaults.nesterov;
            options.maximize ??= _defaults.maximize;
            Add(group, static parameter => new State(parameter));
        }

        /// <summary>What the optimiser remembers of a parameter.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>The running step, or null before the first one.</summary>
            public Tensor? momentum_buffer;

            /// <summary>The state of a parameter.</summary>
            public State(Parameter parameter)
                : base(parameter)
            {
            }

            /// <summary>Starts over.</summary>
            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                momentum_buffer = null;
            }

            /// <summary>Writes the state.</summary>
            public override void SaveStateDict(BinaryWriter writer)
            {
                writer.Write(momentum_buffer is not null);
                momentum_buffer?.Save(writer);
            }

            /// <summary>Reads what <see cref="SaveStateDict"/> wrote.</summary>
            public override void LoadStateDict(BinaryReader reader)
            {
                Dispose();
                momentum_buffer = reader.ReadBoolean() ? TensorExtensionMethods.Load(reader)!.DetachFromDisposeScope() : null;
            }

            /// <summary>Copies another's state.</summary>
            public override void LoadStateDict(OptimizerState source)
            {
                Dispose();
                momentum_buffer = ((State)source).momentum_buffer?.clone().DetachFromDisposeScope();
            }

            /// <summary>Disposes the running step.</summary>
            public void Dispose() => momentum_buffer?.Dispose();

            internal override void Release() => Dispose();
        }

        /// <summary>The options of stochastic gradient descent.</summary>
        public class Options : OptimizerOptions
        {
            /// <summary>How much of the last step is kept.</summary>
            public double? momentum;

            /// <summary>How much of the new slope is held back.</summary>
            public double? dampening;

            /// <summary>Pulls parameters towards zero, through the gradient.</summary>
            public double? weight_decay;

            /// <summary>Looks ahead along the running step.</summary>
            public bool? nesterov;

            /// <summary>Climbs instead of descending.</summary>
            public bool? maximize;

            /// <summary>Writes the options.</summary>
            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(momentum!.Value);
                writer.Write(dampening!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(nesterov!.Value);
                writer.Write(maximize!.Value);
            }

            /// <summary>Reads what <see cref="SaveStateDict"/> wrote.</summary>
            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                momentum = reader.ReadDouble();
                dampening = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                nesterov = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
            }

            /// <summary>Copies another's options.</summary>
            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var other = (Options)source;
                momentum = other.momentum;
                dampening = other.dampening;
                weight_decay = other.weight_decay;
                nesterov = other.nesterov;
                maximize = other.maximize;
            }
        }

        /// <summary>A group of parameters.</summary>
        public class ParamGroup : ParamGroup<Options>, IMomentum
        {
            /// <summary>An empty group.</summary>
            public ParamGroup()
            {
            }

            /// <summary>A group with its own options.</summary>
            public ParamGroup(
                IEnumerable<Parameter> parameters, double lr = 0.001, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
                : base(parameters, new Options { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov, maximize = maximize })
            {
            }

            /// <summary>How much of the last step is kept.</summary>
            public double Momentum
            {
                get => Options!.momentum!.Value;
                set => Options!.momentum = value;
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Stochastic gradient descent over parameters.</summary>
            public static SGD SGD(
                IEnumerable<Parameter> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
                => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            /// <summary>Stochastic gradient descent over groups.</summary>
            public static SGD SGD(
                IEnumerable<SGD.ParamGroup> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
                => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}
