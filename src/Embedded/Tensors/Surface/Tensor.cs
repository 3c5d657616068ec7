using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A handle to numbers in a shape.</summary>
    /// <remarks>
    /// As in TorchSharp, every operation hands out a new handle, in-place ones too, and the current <see cref="DisposeScope"/> of the thread owns it.
    /// A handle that nobody disposes keeps its storage from the pool until the collector finds it.
    /// </remarks>
    public partial class Tensor : IDisposable
    {
        private static long _totalCount;
        private static long _peakCount;

        private TensorValue? _value;
        private long[] _lastShape = [];

        /// <summary>Takes over the caller's share of the value.</summary>
        internal Tensor(TensorValue value, bool register = true)
        {
            _value = value;
            var count = Interlocked.Increment(ref _totalCount);
            if (count > Interlocked.Read(ref _peakCount))
            {
                _ = Interlocked.Exchange(ref _peakCount, count);
            }

            if (register)
            {
                OwningDisposeScope = DisposeScopeManager.ThreadSingleton.Register(this);
            }
        }

        /// <summary>For types that derive.</summary>
        ~Tensor() => Dispose(disposing: false);

        /// <summary>Handles that are alive: the leak meter. It stands still in a loop that lets go of what it makes.</summary>
        public static long TotalCount => Interlocked.Read(ref _totalCount);

        /// <summary>The most handles that were ever alive at once.</summary>
        public static long PeakCount => Interlocked.Read(ref _peakCount);

        /// <summary>Whether the handle was disposed.</summary>
        public bool IsInvalid => _value is null;

        /// <summary>The sizes of the dimensions.</summary>
        public long[] shape => (long[])Value.Shape.Clone();

        /// <summary>How many dimensions there are.</summary>
        public long Dimensions => Value.Rank;

        /// <summary>How many dimensions there are.</summary>
        public long ndim => Value.Rank;

        /// <summary>How many elements there are.</summary>
        public long NumberOfElements => Value.Count;

        /// <summary>Bytes in an element.</summary>
        public long ElementSize => DataTypes.Size(Value.Type);

        /// <summary>The element type.</summary>
        public ScalarType dtype => Value.Type;

        /// <summary>Where the tensor lives.</summary>
        public Device device => _value is null ? throw Disposed() : CPU;

        /// <summary>The kind of device where the tensor lives.</summary>
        public DeviceType device_type => device.type;

        /// <summary>Never.</summary>
        public bool is_cuda => device.type == DeviceType.CUDA;

        /// <summary>The bytes of the elements; the tensor must be contiguous.</summary>
        public Span<byte> bytes
        {
            get
            {
                var value = Ordered();
                return value.Storage.Span<byte>(value.Offset * DataTypes.Size(value.Type), value.Count * DataTypes.Size(value.Type));
            }

            set
            {
                var value1 = Ordered();
                var target = value1.Storage.Span<byte>(value1.Offset * DataTypes.Size(value1.Type), value1.Count * DataTypes.Size(value1.Type));
                if (value.Length != target.Length)
                {
                    throw new ArgumentException($"bytes: expected {target.Length} bytes, got {value.Length}", nameof(value));
                }

                value.CopyTo(target);
                value1.MarkWritten();
            }
        }

        internal DisposeScope? OwningDisposeScope { get; set; }

        internal TensorValue Value => _value ?? throw Disposed();

        /// <summary>How many dimensions there are.</summary>
        public long dim() => Value.Rank;

        /// <summary>How many elements there are.</summary>
        public long numel() => Value.Count;

        /// <summary>Bytes in an element.</summary>
        public long element_size() => DataTypes.Size(Value.Type);

        /// <summary>The size of a dimension, counted from the back where negative.</summary>
        public long size(int dim) => Value.Shape[Shapes.Dimension("size", dim, Value.Rank)];

        /// <summary>The sizes of the dimensions.</summary>
        public long[] size() => shape;

        /// <summary>How many elements lie between neighbours of each dimension.</summary>
        public long[] stride() => (long[])Value.Strides.Clone();

        /// <summary>How many elements lie between neighbours of a dimension.</summary>
        public long stride(int dim) => Value.Strides[Shapes.Dimension("stride", dim, Value.Rank)];

        /// <summary>Whether the elements lie in order.</summary>
        public bool is_contiguous() => Value.IsContiguous;

        /// <summary>Whether the elements are floating-point numbers.</summary>
        public bool is_floating_point() => DataTypes.IsFloat(Value.Type);

        /// <summary>The only element.</summary>
        public T item<T>()
            where T : unmanaged
        {
            if (Value.Count != 1)
            {
                throw new ArgumentException($"Number of elements in the tensor must be 1, but the shape is {Shapes.Text(Value.Shape)}");
            }

            CheckType<T>();
            return Value.StridedSpan<T>()[0];
        }

        /// <summary>Access to the elements; T must be the element type.</summary>
        public Utils.TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            CheckType<T>();
            return new Utils.TensorAccessor<T>(this);
        }

        /// <summary>Gives the handle back. Views of the same storage and graphs that need it live on.</summary>
        public void Dispose()
        {
            Dispose(disposing: true);
            GC.SuppressFinalize(this);
        }

        /// <summary>The scope around the owning one becomes the owner.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>No scope owns the handle any more.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <summary>Another scope becomes the owner.</summary>
        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is null && other is not null)
            {
                other.Attach(this);
            }
            else
            {
                OwningDisposeScope?.MoveToOther(other, this);
            }

            return this;
        }

        /// <summary>Whether the other handle is this very one.</summary>
        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        /// <summary>A hash of the handle.</summary>
        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        /// <summary>Shape, element type and device.</summary>
        public override string ToString()
            => _value is null
                ? "disposed tensor"
                : string.Create(CultureInfo.InvariantCulture, $"{Shapes.Text(Value.Shape)}, type = {Value.Type}, device = cpu");

        /// <summary>For types that derive.</summary>
        protected virtual void Dispose(bool disposing)
        {
            var value = Interlocked.Exchange(ref _value, null);
            if (value is null)
            {
                return;
            }

            _ = Interlocked.Decrement(ref _totalCount);
            if (!disposing)
            {
                return;
            }

            _lastShape = value.Shape;
            DisposeScopeManager.ThreadSingleton.CountDisposal(this);
            OwningDisposeScope?.MarkAsDisposed(this);
            value.Dispose();
        }

        /// <summary>Hands the value to another handle and leaves this one empty, uncounted.</summary>
        internal TensorValue MoveValue()
        {
            var value = Value;
            _value = null;
            _lastShape = value.Shape;
            _ = Interlocked.Decrement(ref _totalCount);
            GC.SuppressFinalize(this);
            return value;
        }

        private T Only<T>()
            where T : unmanaged, System.Numerics.INumberBase<T>
        {
            using var converted = Copying.Convert(Value, DataTypes.Of<T>());
            return converted.Count == 1
                ? converted.Span<T>()[0]
                : throw new ArgumentException($"Number of elements in the tensor must be 1, but the shape is {Shapes.Text(converted.Shape)}");
        }

        private bool Only()
        {
            using var converted = Copying.Convert(Value, ScalarType.Bool);
            return converted.Count == 1
                ? converted.Span<bool>()[0]
                : throw new ArgumentException($"Number of elements in the tensor must be 1, but the shape is {Shapes.Text(converted.Shape)}");
        }

        private TensorValue Ordered()
            => Value.IsContiguous ? Value : throw new InvalidOperationException($"bytes: the tensor of shape {Shapes.Text(Value.Shape)} isn't contiguous; take contiguous() first");

        private void CheckType<T>()
        {
            if (DataTypes.TryOf(typeof(T)) != Value.Type)
            {
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {Value.Type}");
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private ObjectDisposedException Disposed()
            => new(nameof(Tensor), $"Tensor invalid -- empty handle: {CalledOperation()} of a tensor {Shapes.Text(_lastShape)} that was disposed, or handed over to another handle.");

        /// <summary>The operation that the program called, from the stack: only an error looks for it.</summary>
        private static string CalledOperation()
        {
            var frames = new StackTrace(1).GetFrames().Select(static frame => frame.GetMethod()).Where(static method => method?.DeclaringType is not null);
            var own = frames.TakeWhile(static method => method!.DeclaringType!.Assembly == typeof(Tensor).Assembly);
            return own.LastOrDefault()?.Name.Replace("get_", string.Empty, StringComparison.Ordinal) ?? "use";
        }
    }
}
