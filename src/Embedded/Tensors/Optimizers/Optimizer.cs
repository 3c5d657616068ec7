using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp
{
    public static partial class torch
    {
        /// <summary>Optimisers.</summary>
        public static partial class optim
        {
            /// <summary>A group of parameters whose learning rate can be set.</summary>
            public interface ILearningRateController
            {
                /// <summary>The rate of the next step.</summary>
                double LearningRate { get; set; }

                /// <summary>The rate at the start, which schedules scale.</summary>
                double InitialLearningRate { get; set; }
            }

            /// <summary>Something with Adam's two decay rates.</summary>
            public interface IBetas
            {
                /// <summary>How much of the two moments is kept in each step.</summary>
                (double, double) Betas { get; set; }
            }

            /// <summary>Something with momentum.</summary>
            public interface IMomentum
            {
                /// <summary>How much of the last step is kept.</summary>
                double Momentum { get; set; }
            }

            /// <summary>Changes parameters by their gradients.</summary>
            public abstract class Optimizer : IDisposable
            {
                internal Optimizer()
                {
                }

                /// <summary>The groups, to read and set learning rates.</summary>
                public virtual IEnumerable<ILearningRateController> ParamGroups => Groups;

                internal List<ParamGroup> Groups { get; } = [];

                /// <summary>All parameters, group by group.</summary>
                public virtual IEnumerable<Parameter> parameters() => Groups.SelectMany(static g => g.Parameters);

                /// <summary>Fills the gradients with zeros.</summary>
                public virtual void zero_grad()
                {
                    foreach (var parameter in parameters())
                    {
                        if (parameter.Value.Gradient is { } gradient)
                        {
                            Filling.Fill(gradient, 0);
                            gradient.MarkWritten();
                        }
                    }
                }

                /// <summary>One step, after the closure (recorded) where one is given, whose loss is returned.</summary>
                public virtual Tensor? step(Func<Tensor>? closure = null)
                    => throw new InvalidOperationException($"{GetType().Name} has no step of its own.");

                /// <summary>Adds a group of parameters.</summary>
                public virtual void add_param_group(ParamGroup param_group) => Groups.Add(param_group);

                /// <summary>Disposes the state, not the parameters.</summary>
                public void Dispose()
                {
                    Dispose(disposing: true);
                    GC.SuppressFinalize(this);
                }

                /// <summary>For types that derive.</summary>
                protected virtual void Dispose(bool disposing)
                {
                }

                /// <summary>The options of the groups and the state of the parameters, both live.</summary>
                public class StateDictionary
                {
                    internal StateDictionary()
                    {
                    }

                    /// <summary>One entry a group.</summary>
                    public List<OptimizerOptions> Options { get; } = [];

                    /// <summary>One entry a parameter, group by group.</summary>
                    public List<OptimizerState> State { get; } = [];
                }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>The options of a group of parameters.</summary>
    public class OptimizerOptions
    {
        /// <summary>The rate of the next step.</summary>
        public double? LearningRate { get; set; }

        /// <summary>The rate at the start, which schedules scale.</summary>
        public double InitialLearningRate { get; set; }

        /// <summary>Writes the options.</summary>
        public virtual void SaveStateDict(BinaryWriter writer)
        {
            writer.Write(InitialLearningRate);
            writer.Write(LearningRate!.Value);
        }

        /// <summary>Reads what <see cref="SaveStateDict"/> wrote.</summary>
        public virtual void LoadStateDict(BinaryReader reader)
        {
            InitialLearningRate = reader.ReadDouble();
            LearningRate = reader.ReadDouble();
        }

        /// <summary>Copies another's options.</summary>
        public virtual void LoadStateDict(OptimizerOptions source)
        {
            InitialLearningRate = source.InitialLearningRate;
            LearningRate = source.LearningRate;
        }
    }

    /// <summary>What an optimiser remembers of a parameter.</summary>
    public abstract class OptimizerState
    {
        internal OptimizerState(Parameter parameter)
        {
            Parameter = parameter;
        }

        internal Parameter Parameter { get; }

        /// <summary>Starts over.</summary>
        public abstract void Initialize(OptimizerOptions options);

        /// <summary>Writes the state.</summary>
        public abstract void SaveStateDict(BinaryWriter writer);

        /// <summary>Reads what <see cref="SaveStateDict"/> wrote.</summary>
        public abstract void LoadStateDict(BinaryReader reader);

        /// <summary>Copies another's state.</summary>
        public abstract void LoadStateDict(OptimizerState source);

        internal abstract void Release();
    }

    /// <summary>Parameters that share options.</summary>
    public class ParamGroup : ILearningRateController
    {
        /// <summary>The parameters.</summary>
        public IEnumerable<Parameter> Parameters { get; set; } = [];

        /// <summary>The options, or null for the optimiser's own.</summary>
        public OptimizerOptions? Options { get; set; }

        /// <summary>The rate of the next step.</summary>
        public double LearningRate
        {
            get => Options!.LearningRate!.Value;
            set => Options!.LearningRate = value;
        }

        /// <summary>The rate at the start, which schedules scale.</summary>
        public double InitialLearningRate
        {
            get => Options!.InitialLearningRate;
            set => Options!.InitialLearningRate = value;
        }
    }

    /// <summary>Parameters that share options of one kind.</summary>
    /// <typeparam name="TOptions">The kind.</typeparam>
    public class ParamGroup<TOptions> : ParamGroup
        where TOptions : OptimizerOptions
    {
        /// <summary>An empty group.</summary>
        public ParamGroup()
        {
        }

        /// <summary>A group of parameters.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
        {
            Parameters = parameters;
            base.Options = options;
        }

        /// <summary>The options.</summary>
        public new TOptions? Options
        {
            get => (TOptions?)base.Options;
            set => base.Options = value;
        }
    }

    /// <summary>What optimisers share: state by parameter, saved and loaded in TorchSharp's own format.</summary>
    public abstract class OptimizerHelper : Optimizer
    {
        internal OptimizerHelper()
        {
        }

        internal Dictionary<Parameter, OptimizerState> States { get; } = new(ReferenceEqualityComparer.Instance);

        /// <summary>The options and the state, both live: what is written there is written into the optimiser.</summary>
        public virtual StateDictionary state_dict()
        {
            var dictionary = new StateDictionary();
            foreach (var group in Groups)
            {
                dictionary.Options.Add(group.Options!);
                foreach (var parameter in group.Parameters)
                {
                    dictionary.State.Add(States[parameter]);
                }
            }

            return dictionary;
        }

        /// <summary>Copies another optimiser's options and state; groups and parameters must correspond.</summary>
        public virtual void load_state_dict(StateDictionary state_dict)
        {
            var mine = this.state_dict();
            CheckCounts(mine, state_dict.Options.Count, state_dict.State.Count);
            for (var i = 0; i < mine.Options.Count; i++)
            {
                if (!ReferenceEquals(mine.Options[i], state_dict.Options[i]))
                {
                    mine.Options[i].LoadStateDict(state_dict.Options[i]);
                }
            }

            for (var i = 0; i < mine.State.Count; i++)
            {
                if (!ReferenceEquals(mine.State[i], state_dict.State[i]))
                {
                    mine.State[i].LoadStateDict(state_dict.State[i]);
                }
            }
        }

        /// <summary>Writes options and state, bit for bit, so that an optimiser that reads them goes on exactly.</summary>
        public void save_state_dict(BinaryWriter writer)
        {
            writer.Write(GetType().Name);
            var dictionary = state_dict();
            TensorExtensionMethods.Encode(writer, dictionary.Options.Count);
            TensorExtensionMethods.Encode(writer, dictionary.State.Count);
            dictionary.Options.ForEach(options => options.SaveStateDict(writer));
            dictionary.State.ForEach(state => state.SaveStateDict(writer));
        }

        /// <summary>Reads what <see cref="save_state_dict(BinaryWriter)"/> wrote into an optimiser of the same kind over corresponding parameters.</summary>
        public void load_state_dict(BinaryReader reader)
        {
            var kind = reader.ReadString();
            if (!string.Equals(kind, GetType().Name, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{kind}' in the loaded stream.");
            }

            var mine = state_dict();
            CheckCounts(mine, TensorExtensionMethods.Decode(reader), TensorExtensionMethods.Decode(reader));
            mine.Options.ForEach(options => options.LoadStateDict(reader));
            mine.State.ForEach(state => state.LoadStateDict(reader));
        }

        /// <summary>Writes options and state to a file.</summary>
        public void save_state_dict(string location)
        {
            using var writer = new BinaryWriter(File.Create(location));
            save_state_dict(writer);
        }

        /// <summary>Reads options and state from a file.</summary>
        public void load_state_dict(string location)
        {
            using var reader = new BinaryReader(File.OpenRead(location));
            load_state_dict(reader);
        }

        internal void ReleaseStates()
        {
            foreach (var state in States.Values)
            {
                state.Release();
            }
        }

        internal static Tensor? Run(Func<Tensor>? closure, Action step)
        {
            Tensor? loss = null;
            if (closure is not null)
            {
                using var recorded = enable_grad();
                loss = closure();
            }

            using var unrecorded = no_grad();
            step();
            return loss;
        }

        internal void Add(ParamGroup group, Func<Parameter, OptimizerState> state)
        {
            group.Parameters = [.. group.Parameters];
            group.Options!.InitialLearningRate = group.Options.LearningRate!.Value;
            Groups.Add(group);
            foreach (var parameter in group.Parameters)
            {
                var remembered = state(parameter);
                remembered.Initialize(group.Options);
                States[parameter] = remembered;
            }
        }

        private static void CheckCounts(StateDictionary mine, long options, long states)
        {
            if (options != mine.Options.Count)
            {
                throw new ArgumentException($"Invalid optimizer state -- different number of parameter groups: expected {mine.Options.Count}, got {options}.");
            }

            if (states != mine.State.Count)
            {
                throw new ArgumentException($"Invalid optimizer state -- different number of states: expected {mine.State.Count}, got {states}.");
            }
        }
    }
}
