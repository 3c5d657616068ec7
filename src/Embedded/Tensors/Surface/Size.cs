using System.Collections;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A shape.</summary>
    public struct Size : IEnumerable<long>
    {
        /// <summary>The empty shape.</summary>
        public static readonly Size Empty = new(Array.Empty<long>());

        private readonly long[]? _shape;

        /// <summary>A shape of these sizes.</summary>
        public Size(long[] shape)
        {
            _shape = (long[])shape.Clone();
        }

        /// <summary>A shape of these sizes.</summary>
        public Size(IEnumerable<long> shape)
        {
            _shape = [.. shape];
        }

        /// <summary>A shape of one size.</summary>
        public Size(long size)
        {
            _shape = [size];
        }

        /// <summary>Whether there are no dimensions.</summary>
        public bool IsEmpty => Shape.Length == 0;

        /// <summary>How many dimensions there are.</summary>
        public int Length => Shape.Length;

        /// <summary>The sizes.</summary>
        public long[] Shape => _shape ?? [];

        /// <summary>The size of a dimension.</summary>
        public long this[int idx] => Shape[idx];

        /// <summary>A shape of these sizes.</summary>
        public static implicit operator Size(long[] size) => new(size);

        /// <summary>A shape of one size.</summary>
        public static implicit operator Size(long size) => new(size);

        /// <summary>Whether the sizes are equal.</summary>
        public static bool operator ==(Size left, Size right) => Shapes.Same(left.Shape, right.Shape);

        /// <summary>Whether the sizes differ.</summary>
        public static bool operator !=(Size left, Size right) => !(left == right);

        /// <summary>The product of the sizes.</summary>
        public long numel() => Shapes.Count(Shape);

        /// <summary>The sizes in order.</summary>
        public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)Shape).GetEnumerator();

        /// <summary>Whether the other is a shape of equal sizes.</summary>
        public override bool Equals(object? obj) => obj is Size size && this == size;

        /// <summary>A hash of the sizes.</summary>
        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (var size in Shape)
            {
                hash.Add(size);
            }

            return hash.ToHashCode();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
