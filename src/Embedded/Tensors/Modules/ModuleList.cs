using System.Collections;
using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Modules in order, registered as "0", "1", ...</summary>
    /// <typeparam name="T">The modules' type.</typeparam>
    public class ModuleList<T> : Module, IList<T>
        where T : Module
    {
        private readonly List<T> _list = [];

        /// <summary>A list of modules.</summary>
        public ModuleList(params T[] modules)
            : base(nameof(ModuleList))
        {
            extend(modules);
        }

        /// <summary>How many there are.</summary>
        public int Count => _list.Count;

        /// <summary>False.</summary>
        public bool IsReadOnly => false;

        /// <summary>The module at a place.</summary>
        public T this[int index]
        {
            get => _list[index];
            set
            {
                _list[index] = value;
                Register();
            }
        }

        /// <summary>Adds a module at the end.</summary>
        public void Add(T item)
        {
            _list.Add(item);
            Register();
        }

        /// <summary>Adds modules at the end.</summary>
        public void append(params T[] parameters) => extend(parameters);

        /// <summary>Adds modules at the end.</summary>
        public void extend(IEnumerable<T> modules)
        {
            _list.AddRange(modules);
            Register();
        }

        /// <summary>Takes all out; they are not disposed.</summary>
        public void Clear()
        {
            _list.Clear();
            Register();
        }

        /// <summary>Whether it is in the list.</summary>
        public bool Contains(T item) => _list.Contains(item);

        /// <summary>Copies the modules into an array.</summary>
        public void CopyTo(T[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

        /// <summary>The modules in order.</summary>
        public IEnumerator<T> GetEnumerator() => _list.GetEnumerator();

        /// <summary>The place of a module, or -1.</summary>
        public int IndexOf(T item) => _list.IndexOf(item);

        /// <summary>Puts a module at a place; those from there on move up by one.</summary>
        public void Insert(int index, T item)
        {
            _list.Insert(index, item);
            Register();
        }

        /// <summary>Takes a module out; it is not disposed.</summary>
        public bool Remove(T item)
        {
            var isFound = _list.Remove(item);
            Register();
            return isFound;
        }

        /// <summary>Takes the module at a place out; it is not disposed.</summary>
        public void RemoveAt(int index)
        {
            _list.RemoveAt(index);
            Register();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        /// <summary>The modules are registered as they come.</summary>
        protected override void RegisterComponents()
        {
        }

        private void Register()
        {
            ForgetModules();
            for (var i = 0; i < _list.Count; i++)
            {
                register_module(i.ToString(CultureInfo.InvariantCulture), _list[i]);
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Modules in order, registered as "0", "1", ...</summary>
            public static ModuleList<T> ModuleList<T>(params T[] modules)
                where T : Module => new(modules);
        }
    }
}
