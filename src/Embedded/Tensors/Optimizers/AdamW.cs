using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Adam with decay apart from the gradient (Loshchilov and Hutter 2019), step by step as PyTorch's.</summary>
    /// <remarks>
    /// To stop and go on bit for bit in either engine: <see cref="OptimizerHelper.save_state_dict(BinaryWriter)"/> and
    /// <see cref="OptimizerHelper.load_state_dict(BinaryReader)"/>, or <see cref="OptimizerHelper.state_dict"/>, whose entries are
    /// <see cref="State"/> with the public fields step, exp_avg and exp_avg_sq: read their bytes, and write them back with copy_.
    /// </remarks>
    public class AdamW : OptimizerHelper, IBetas
    {
        private readonly Options _defaults;

        /// <summary>An optimiser of one group.</summary>
        public AdamW(
            IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
        {
        }

        /// <summary>An optimiser of groups, whose own options go before these.</summary>
        public AdamW(
            IEnumerable<ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        {
            AdamSteps.Check(lr, beta1, beta2, eps, weight_decay);
            _defaults = new Options
            {
                LearningRate = lr,
                InitialLearningRate = lr,
                beta1 = beta1,
                beta2 = beta2,
                eps = eps,
                weight_decay = weight_decay,
                amsgrad = amsgrad,
                maximize = maximize,
            };
            foreach (var group in parameters)
            {
                Add(group);
            }
        }

        /// <summary>How much of the two moments is kept in each step, for groups without their own.</summary>
        public (double, double) Betas
        {
            get => (_defaults.beta1!.Value, _defaults.beta2!.Value);
            set => (_defaults.beta1, _defaults.beta2) = value;
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
                        var state = (State)States[parameter];
                        AdamSteps.Run("AdamW", parameter.Value, gradient, state.exp_avg, state.exp_avg_sq, state.max_exp_avg_sq, new AdamStep(
                            options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value, options.eps!.Value, options.weight_decay!.Value, DecouplesDecay: true, options.maximize!.Value, ++state.step));
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

        private void Add(Modules.ParamGroup group)
        {
            group.Options ??= new Options();
            var options = (Options)group.Options;
            options.LearningRate ??= _defaults.LearningRate;
            options.beta1 ??= _defaults.beta1;
            options.beta2 ??= _defaults.beta2;
            options.eps ??= _defaults.eps;
            options.weight_decay ??= _defaults.weight_decay;
            options.amsgrad ??= _defaults.amsgrad;
            options.maximize ??= _defaults.maximize;
            Add(group, static parameter => new State(parameter));
        }

        /// <summary>What it remembers of a parameter.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>Steps taken.</summary>
            public long step;

            /// <summary>The running mean of the gradient.</summary>
            public Tensor exp_avg;

            /// <summary>The running mean of the squared gradient.</summary>
            public Tensor exp_avg_sq;

            /// <summary>The largest of those, with amsgrad.</summary>
            public Tensor? max_exp_avg_sq;

            /// <summary>The state of a parameter.</summary>
            public State(Parameter parameter)
                : base(parameter)
            {
                exp_avg = zeros_like(parameter).DetachFromDisposeScope();
                exp_avg_sq = zeros_like(parameter).DetachFromDisposeScope();
            }

            /// <summary>Starts over.</summary>
            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                step = 0;
                exp_avg = zeros_like(Parameter).DetachFromDisposeScope();
                exp_avg_sq = zeros_like(Parameter).DetachFromDisposeScope();
                max_exp_avg_sq = ((Options)options).amsgrad!.Value ? zeros_like(Parameter).DetachFromDisposeScope() : null;
            }

            /// <summary>Writes the state.</summary>
            public override void SaveStateDict(BinaryWriter writer)
            {
                writer.Write(step);
                exp_avg.Save(writer);
                exp_avg_sq.Save(writer);
                writer.Write(max_exp_avg_sq is not null);
                max_exp_avg_sq?.Save(writer);
            }

            /// <summary>Reads what <see cref="SaveStateDict"/> wrote.</summary>
            public override void LoadStateDict(BinaryReader reader)
            {
                step = reader.ReadInt64();
                exp_avg.Load(reader);
                exp_avg_sq.Load(reader);
                max_exp_avg_sq?.Dispose();
                max_exp_avg_sq = reader.ReadBoolean() ? TensorExtensionMethods.Load(reader)!.DetachFromDisposeScope() : null;
            }

            /// <summary>Copies another's state.</summary>
            public override void LoadStateDict(OptimizerState source)
            {
                var other = (State)source;
                Dispose();
                step = other.step;
                exp_avg = other.exp_avg.clone().DetachFromDisposeScope();
                exp_avg_sq = other.exp_avg_sq.clone().DetachFromDisposeScope();
                max_exp_avg_sq = other.max_exp_avg_sq?.clone().DetachFromDisposeScope();
            }

            /// <summary>Disposes the moments.</summary>
            public void Dispose()
            {
                exp_avg.Dispose();
                exp_avg_sq.Dispose();
                max_exp_avg_sq?.Dispose();
            }

            internal override void Release() => Dispose();
        }

        /// <summary>AdamW's options.</summary>
        public class Options : OptimizerOptions
        {
            /// <summary>How much of the first moment is kept.</summary>
            public double? beta1;

            /// <summary>How much of the second moment is kept.</summary>
            public double? beta2;

            /// <summary>Added to the divisor.</summary>
            public double? eps;

            /// <summary>Pulls parameters towards zero, by this share of the rate in every step.</summary>
            public double? weight_decay;

            /// <summary>Divides by the largest second moment so far.</summary>
            public bool? amsgrad;

            /// <summary>Climbs instead of descending.</summary>
            public bool? maximize;

            /// <summary>Writes the options.</summary>
            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(beta1!.Value);
                writer.Write(beta2!.Value);
                writer.Write(eps!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(amsgrad!.Value);
                writer.Write(maximize!.Value);
            }

            /// <summary>Reads what <see cref="SaveStateDict"/> wrote.</summary>
            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                beta1 = reader.ReadDouble();
                beta2 = reader.ReadDouble();
                eps = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                amsgrad = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
            }

            /// <summary>Copies another's options.</summary>
            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var other = (Options)source;
                beta1 = other.beta1;
                beta2 = other.beta2;
                eps = other.eps;
                weight_decay = other.weight_decay;
                amsgrad = other.amsgrad;
                maximize = other.maximize;
            }
        }

        /// <summary>A group of parameters.</summary>
        public class ParamGroup : ParamGroup<Options>, IBetas
        {
            /// <summary>An empty group.</summary>
            public ParamGroup()
            {
            }

            /// <summary>A group with its own options.</summary>
            public ParamGroup(
                IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
                : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize })
            {
            }

            /// <summary>How much of the two moments is kept in each step.</summary>
            public (double, double) Betas
            {
                get => (Options!.beta1!.Value, Options.beta2!.Value);
                set => (Options!.beta1, Options.beta2) = value;
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
            /// <summary>AdamW over parameters.</summary>
            public static AdamW AdamW(
                IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
                => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            /// <summary>AdamW over named parameters.</summary>
            public static AdamW AdamW(
                IEnumerable<(string name, Parameter parameter)> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
                => new(parameters.Select(static p => p.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            /// <summary>AdamW over groups.</summary>
            public static AdamW AdamW(
                IEnumerable<AdamW.ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
                => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
