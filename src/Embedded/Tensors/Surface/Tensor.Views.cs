namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The same elements in another shape, without a copy; -1 is worked out.</summary>
        public Tensor view(params long[] shape) => new(Operations.View(Value, shape));

        /// <summary>The same elements in another shape, copied where a view can't show them.</summary>
        public Tensor reshape(params long[] shape) => new(Operations.Reshape(Value, shape));

        /// <summary>Joins neighbouring dimensions.</summary>
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => new(Operations.Flatten(Value, start_dim, end_dim));

        /// <summary>A view with two dimensions swapped.</summary>
        public Tensor transpose(long dim0, long dim1) => new(Operations.Transpose(Value, dim0, dim1));

        /// <summary>The transposed matrix, as a view.</summary>
        public Tensor t() => new(Operations.TransposedMatrix(Value));

        /// <summary>A view with the dimensions in reverse order.</summary>
        public Tensor T => new(Operations.Reversed(Value));

        /// <summary>A view with the dimensions in another order.</summary>
        public Tensor permute(params long[] permutation) => new(Operations.Permute(Value, permutation));

        /// <summary>A view with a dimension of size 1 put in.</summary>
        public Tensor unsqueeze(long dim) => new(Operations.Unsqueeze(Value, dim));

        /// <summary>A view without one dimension of size 1, or without all of them.</summary>
        public Tensor squeeze(long? dim = null) => new(Operations.Squeeze(Value, dim));

        /// <summary>A view that repeats dimensions of size 1; -1 keeps a size.</summary>
        public Tensor expand(params long[] sizes) => new(Operations.Expand(Value, sizes));

        /// <summary>A view with the other's shape.</summary>
        public Tensor expand_as(Tensor other) => new(Operations.Expand(Value, other.Value.Shape));

        /// <summary>At most so many parts of one size along a dimension, the last one smaller where they don't come out even.</summary>
        public Tensor[] chunk(long chunks, long dim = 0) => Array.ConvertAll(Operations.Chunk(Value, chunks, dim), static part => new Tensor(part));

        /// <summary>A view of length elements of a dimension.</summary>
        public Tensor narrow(long dim, long start, long length) => new(Operations.Narrow(Value, dim, start, length));

        /// <summary>A view of every step-th element of a dimension.</summary>
        public Tensor slice(long dim, long start, long finish, long step) => new(Operations.Slice(Value, dim, start, finish, step));

        /// <summary>A view of one element of a dimension, which goes away.</summary>
        public Tensor select(long dim, long index) => new(Operations.Select(Value, dim, index));

        /// <summary>One element for each index along a dimension.</summary>
        public Tensor gather(long dim, Tensor index) => new(Operations.Gather(Value, dim, index.Value));

        /// <summary>The elements of a dimension that a vector of indices names, copied.</summary>
        public Tensor index_select(long dim, Tensor index) => new(Operations.IndexSelect(Value, dim, index.Value));

        /// <summary>A copy.</summary>
        public Tensor clone() => new(Operations.Clone(Value));

        /// <summary>In order: itself where it is already.</summary>
        public Tensor contiguous() => new(Operations.Contiguous(Value));

        /// <summary>Another handle to the same value.</summary>
        public Tensor alias() => new(Value.Retain());

        /// <summary>The same elements outside the graph of derivatives.</summary>
        public Tensor detach() => new(Operations.Detach(Value));

        /// <summary>In main memory, where every tensor of this engine is.</summary>
        public Tensor cpu() => new(Value.Retain());

        /// <summary>Converted to another element type.</summary>
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => Converted(type, copy, disposeAfter);

        /// <summary>Converted to another element type.</summary>
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => Converted(type, copy, disposeAfter);

        /// <summary>On a device, which must be the CPU.</summary>
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => On(device).Converted(dtype, copy, disposeAfter);

        /// <summary>On a device, which must be the CPU, and converted.</summary>
        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => On(device).Converted(type, copy, disposeAfter);

        /// <summary>Converted to Float32.</summary>
        public Tensor @float() => Converted(ScalarType.Float32, copy: false, disposeAfter: false);

        /// <summary>Converted to Float64.</summary>
        public Tensor @double() => Converted(ScalarType.Float64, copy: false, disposeAfter: false);

        /// <summary>Converted to Int64.</summary>
        public Tensor @long() => Converted(ScalarType.Int64, copy: false, disposeAfter: false);

        /// <summary>Converted to Int32.</summary>
        public Tensor @int() => Converted(ScalarType.Int32, copy: false, disposeAfter: false);

        /// <summary>Converted to Bool.</summary>
        public Tensor @bool() => Converted(ScalarType.Bool, copy: false, disposeAfter: false);

        /// <summary>Converted to Byte.</summary>
        public Tensor @byte() => Converted(ScalarType.Byte, copy: false, disposeAfter: false);

        private Tensor On(Device device)
        {
            _ = Value;
            return device.type == DeviceType.CPU ? this : throw Device.Missing(device.type);
        }

        private Tensor Converted(ScalarType type, bool copy, bool disposeAfter)
        {
            var result = new Tensor(copy && type == dtype ? Operations.Clone(Value) : Operations.ToType(Value, type));
            if (disposeAfter)
            {
                Dispose();
            }

            return result;
        }
    }
}
