using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Something with parameters, buffers and modules inside, each under a name.</summary>
        public class Module : IDisposable
        {
            private readonly Dictionary<string, Parameter> _parameters = [];
            private readonly Dictionary<string, (Tensor Buffer, bool Persistent)> _buffers = [];
            private readonly Dictionary<string, Module> _modules = [];
            private readonly List<string> _parameterOrder = [];
            private readonly List<string> _bufferOrder = [];
            private readonly List<string> _moduleOrder = [];
            private readonly string _name;
            private bool _componentsAreRegistered;

            /// <summary>A module with the name of its kind.</summary>
            protected Module(string name)
            {
                _name = name;
            }

            /// <summary>Whether the module is in training mode: it is until <see cref="eval"/>.</summary>
            public virtual bool training { get; private set; } = true;

            /// <summary>The name of the module's kind.</summary>
            public virtual string GetName() => _name;

            /// <summary>Training mode, here and inside.</summary>
            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var (_, module) in named_children())
                {
                    module.train(train);
                }
            }

            /// <summary>Evaluation mode, here and inside.</summary>
            public virtual void eval() => train(train: false);

            /// <summary>Adds a parameter under a name.</summary>
            public virtual void register_parameter(string name, Parameter param)
            {
                ArgumentNullException.ThrowIfNull(param);
                if (!_parameters.TryAdd(name, param))
                {
                    throw new InvalidOperationException($"Parameter {name} is already registered.");
                }

                _parameterOrder.Add(name);
            }

            /// <summary>Adds a tensor that isn't trained under a name; a persistent one is in the state.</summary>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                if (!_buffers.TryAdd(name, (tensor, persistent)))
                {
                    throw new InvalidOperationException($"Tensor {name} is already registered.");
                }

                _bufferOrder.Add(name);
            }

            /// <summary>Adds a module under a name without a dot.</summary>
            public virtual void register_module(string name, Module submodule)
            {
                ArgumentNullException.ThrowIfNull(submodule);
                if (string.IsNullOrEmpty(name) || name.Contains('.', StringComparison.Ordinal))
                {
                    throw new ArgumentException($"module name can't be empty or contain \".\", got: {name}", nameof(name));
                }

                if (_modules.ContainsKey(name))
                {
                    throw new InvalidOperationException($"Sub-module {name} is already registered.");
                }

                submodule.RegisterComponents();
                _modules.Add(name, submodule);
                _moduleOrder.Add(name);
            }

            /// <summary>Adds a module under a name.</summary>
            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>The parameters with their names, this module's before the inner ones'; each once.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
                foreach (var name in _parameterOrder)
                {
                    if (seen.Add(_parameters[name]))
                    {
                        yield return (name, _parameters[name]);
                    }
                }

                if (!recurse)
                {
                    yield break;
                }

                foreach (var (moduleName, module) in named_children())
                {
                    foreach (var (name, parameter) in module.named_parameters())
                    {
                        if (seen.Add(parameter))
                        {
                            yield return ($"{moduleName}.{name}", parameter);
                        }
                    }
                }
            }

            /// <summary>The parameters.</summary>
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(static p => p.parameter);

            /// <summary>The persistent buffers with their names.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                foreach (var name in _bufferOrder)
                {
                    var (buffer, persistent) = _buffers[name];
                    if (persistent || include_nonpersistent)
                    {
                        yield return (name, buffer);
                    }
                }

                if (!recurse)
                {
                    yield break;
                }

                foreach (var (moduleName, module) in named_children())
                {
                    foreach (var (name, buffer) in module.named_buffers(recurse: true, include_nonpersistent))
                    {
                        yield return ($"{moduleName}.{name}", buffer);
                    }
                }
            }

            /// <summary>The buffers.</summary>
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true)
                => named_buffers(recurse, include_nonpersistent).Select(static b => b.buffer);

            /// <summary>The modules directly inside, with their names.</summary>
            public virtual IEnumerable<(string name, Module module)> named_children()
            {
                foreach (var name in _moduleOrder)
                {
                    yield return (name, _modules[name]);
                }
            }

            /// <summary>The modules directly inside.</summary>
            public virtual IEnumerable<Module> children() => named_children().Select(static c => c.module);

            /// <summary>All modules inside, with their names.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var child in named_children())
                {
                    yield return child;
                }

                foreach (var (childName, child) in named_children())
                {
                    foreach (var (name, module) in child.named_modules())
                    {
                        yield return ($"{childName}.{name}", module);
                    }
                }
            }

            /// <summary>All modules inside.</summary>
            public virtual IEnumerable<Module> modules() => named_modules().Select(static m => m.module);

            /// <summary>Parameters and persistent buffers by name: the live tensors, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                var before = string.IsNullOrEmpty(prefix) ? string.Empty : $"{prefix}.";
                foreach (var (name, parameter) in named_parameters())
                {
                    _ = destination.TryAdd(before + name, parameter);
                }

                foreach (var (name, buffer) in named_buffers(include_nonpersistent: false))
                {
                    _ = destination.TryAdd(before + name, buffer);
                }

                return destination;
            }

            /// <summary>Copies tensors by name into this module's.</summary>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var destination = state_dict();
                var missing = destination.Keys.Where(key => !source.ContainsKey(key) && skip?.Contains(key) != true).ToList();
                var unexpected = source.Keys.Where(key => !destination.ContainsKey(key) && skip?.Contains(key) != true).ToList();
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                {
                    throw new InvalidOperationException(
                        $"The loaded state_dict is not identical to the target dictionary: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", unexpected)}].");
                }

                foreach (var (key, tensor) in source)
                {
                    if (skip?.Contains(key) != true && destination.TryGetValue(key, out var target))
                    {
                        if (!Shapes.Same(tensor.Value.Shape, target.Value.Shape))
                        {
                            throw new TensorException($"load_state_dict: '{key}' has shape {Shapes.Text(target.Value.Shape)} and the loaded tensor {Shapes.Text(tensor.Value.Shape)}");
                        }

                        using var unrecorded = no_grad();
                        Operations.CopyInto(target.Value, tensor.Value);
                    }
                }

                return (missing, unexpected);
            }

            /// <summary>A parameter by its name, with dots for modules inside.</summary>
            public virtual Parameter? get_parameter(string target) => named_parameters().FirstOrDefault(p => string.Equals(p.name, target, StringComparison.Ordinal)).parameter;

            /// <summary>Whether there is a parameter of that name.</summary>
            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            /// <summary>Lets go of the gradients, or fills them with zeros.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    if (set_to_none)
                    {
                        parameter.grad = null;
                    }
                    else if (parameter.Value.Gradient is { } gradient)
                    {
                        Filling.Fill(gradient, 0);
                        gradient.MarkWritten();
                    }
                }
            }

            /// <summary>Calls a function on the modules inside, then on this one.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var module in children())
                {
                    _ = module.apply(fn);
                }

                fn(this);
                return this;
            }

            /// <summary>Disposes parameters, buffers and modules inside.</summary>
            public void Dispose()
            {
                Dispose(disposing: true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Registers the parameters, tensors and modules in this type's fields under the fields' names, where they aren't yet.</summary>
            protected virtual void RegisterComponents()
            {
                if (_componentsAreRegistered)
                {
                    return;
                }

                foreach (var field in Fields(GetType()))
                {
                    if (_modules.ContainsKey(field.Name) || _parameters.ContainsKey(field.Name) || _buffers.ContainsKey(field.Name))
                    {
                        continue;
                    }

                    switch (field.GetValue(this))
                    {
                        case Module module: register_module(field.Name, module); break;
                        case Parameter parameter: register_parameter(field.Name, parameter); break;
                        case Tensor tensor: register_buffer(field.Name, tensor); break;
                        default: break;
                    }
                }

                _componentsAreRegistered = true;
            }

            /// <summary>For types that derive.</summary>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                {
                    return;
                }

                foreach (var parameter in _parameters.Values)
                {
                    parameter.Dispose();
                }

                foreach (var (buffer, _) in _buffers.Values)
                {
                    buffer.Dispose();
                }

                foreach (var module in _modules.Values)
                {
                    module.Dispose();
                }
            }

            /// <summary>Puts a parameter under a name, in the place of the one before; null takes it away.</summary>
            internal void Register(string name, Parameter? parameter)
            {
                if (parameter is null)
                {
                    _ = _parameters.Remove(name);
                    _ = _parameterOrder.Remove(name);
                }
                else if (_parameters.ContainsKey(name))
                {
                    _parameters[name] = parameter;
                }
                else
                {
                    register_parameter(name, parameter);
                }
            }

            /// <summary>Registers a parameter that a module owns in the place of another, which is disposed; no scope owns it. Gives it back.</summary>
            internal Parameter? Replace(string name, Parameter? before, Parameter? parameter)
            {
                if (!ReferenceEquals(before, parameter))
                {
                    before?.Dispose();
                    _ = parameter?.DetachFromDisposeScope();
                    Register(name, parameter);
                }

                return parameter;
            }

            /// <summary>Takes all inner modules out, without disposing them.</summary>
            internal void ForgetModules()
            {
                _modules.Clear();
                _moduleOrder.Clear();
            }

            private static IEnumerable<FieldInfo> Fields(Type? type)
            {
                for (; type is not null && type.Assembly != typeof(Module).Assembly; type = type.BaseType)
                {
                    foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                    {
                        yield return field;
                    }
                }
            }
        }

        /// <summary>The step between modules and modules that can be called, where TorchSharp keeps its hooks.</summary>
        /// <typeparam name="TPreHook">What may run before.</typeparam>
        /// <typeparam name="TPostHook">What may run after.</typeparam>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            internal HookableModule(string name)
                : base(name)
            {
            }
        }

        /// <summary>Something that makes a result of one input.</summary>
        /// <typeparam name="T">The input.</typeparam>
        /// <typeparam name="TResult">The result.</typeparam>
        public interface IModule<T, TResult>
        {
            /// <summary>Makes the result.</summary>
            TResult call(T input1);
        }

        /// <summary>A module of one input.</summary>
        /// <typeparam name="T">The input.</typeparam>
        /// <typeparam name="TResult">The result.</typeparam>
        public abstract class Module<T, TResult> : HookableModule<Func<Module<T, TResult>, T, T>, Func<Module<T, TResult>, T, TResult, TResult>>, IModule<T, TResult>
        {
            /// <summary>A module with the name of its kind.</summary>
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>What the module computes; call <see cref="call"/> instead.</summary>
            public abstract TResult forward(T input);

            /// <summary>Makes the result.</summary>
            public TResult call(T input) => forward(input);
        }
    }
}
