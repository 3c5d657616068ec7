using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A view (or, for tensors of positions, a copy) of the elements that the indices name, one for each dimension from the first.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => new(Operations.Index(Value, indices));
            set => Assign(Operations.Index(Value, indices), value);
        }

        /// <summary>A view of one position of the first dimension.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => new(Operations.Index(Value, [i1]));
            set => Assign(Operations.Index(Value, [i1]), value);
        }

        /// <summary>A view of one position of the first two dimensions.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => new(Operations.Index(Value, [i1, i2]));
            set => Assign(Operations.Index(Value, [i1, i2]), value);
        }

        /// <summary>A view of one position of the first three dimensions.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => new(Operations.Index(Value, [i1, i2, i3]));
            set => Assign(Operations.Index(Value, [i1, i2, i3]), value);
        }

        private void Assign(TensorValue place, Tensor source)
        {
            using (place)
            {
                if (!ReferenceEquals(place.Storage, Value.Storage))
                {
                    throw new TensorException("index_put_: the managed engine writes to positions and slices, not to tensors of positions");
                }

                Operations.CopyInto(place, source.Value);
            }
        }
    }
}
