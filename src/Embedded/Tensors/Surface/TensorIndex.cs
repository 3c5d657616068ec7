namespace TorchSharp;

public static partial class torch
{
    /// <summary>One part of an index: a position, a slice, everything, a new dimension or a tensor of positions.</summary>
    public struct TensorIndex
    {
        /// <summary>A new dimension of size 1.</summary>
        public static readonly TensorIndex None = new(IndexKind.NewDimension);

        /// <summary>All dimensions in between.</summary>
        public static readonly TensorIndex Ellipsis = new(IndexKind.Ellipsis);

        /// <summary>The whole dimension.</summary>
        public static readonly TensorIndex Colon = Slice();

        private TensorIndex(IndexKind kind)
        {
            Kind = kind;
        }

        internal enum IndexKind
        {
            Slice = 0,
            Position = 1,
            NewDimension = 2,
            Ellipsis = 3,
            Tensor = 4,
        }

        internal IndexKind Kind { get; }

        internal long Start { get; private set; }

        internal long Stop { get; private set; }

        internal long Step { get; private set; }

        internal Tensor? Positions { get; private set; }

        /// <summary>One position; the dimension goes away.</summary>
        public static TensorIndex Single(long? index) => new(IndexKind.Position) { Start = index ?? 0 };

        /// <summary>From start to before stop by step; negative positions count from the end.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null)
            => new(IndexKind.Slice) { Start = start ?? 0, Stop = stop ?? long.MaxValue, Step = step ?? 1 };

        /// <summary>A range of positions.</summary>
        public static TensorIndex Slice(Range range)
            => Slice(
                range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
                range.End.IsFromEnd ? range.End.Value == 0 ? null : -range.End.Value : range.End.Value);

        /// <summary>The positions in a tensor of longs, or where a tensor of truth values holds.</summary>
        public static TensorIndex Tensor(Tensor tensor) => new(IndexKind.Tensor) { Positions = tensor };

        /// <summary>One position.</summary>
        public static implicit operator TensorIndex(long value) => Single(value);

        /// <summary>A range of positions.</summary>
        public static implicit operator TensorIndex(Range range) => Slice(range);
    }
}
