using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>What a tensor handle refers to: a shape over a storage, and the place it has in the graph of derivatives.</summary>
/// <remarks>
/// Counted: handles, graph nodes and gradients each own a share. Owners release it once; the last release gives the storage back.
/// A finalised handle releases nothing, so that the collector alone decides over what was never let go of.
/// </remarks>
internal sealed class TensorValue : IDisposable
{
    private int _owners = 1;
    private bool _requiresGradient;

    internal TensorValue(TensorStorage storage, ScalarType type, long[] shape, long[] strides, long offset)
    {
        Storage = storage;
        Type = type;
        Shape = shape;
        Strides = strides;
        Offset = offset;
        Count = Shapes.Count(shape);
        IsContiguous = Shapes.IsContiguous(shape, strides);
    }

    internal TensorStorage Storage { get; }

    internal ScalarType Type { get; }

    internal long[] Shape { get; }

    internal long[] Strides { get; }

    /// <summary>First element, counted in elements from the storage's start.</summary>
    internal long Offset { get; }

    internal long Count { get; }

    internal bool IsContiguous { get; }

    internal int Rank => Shape.Length;

    /// <summary>The operation that made this value, where derivatives flow back through it.</summary>
    internal GraphNode? Node { get; set; }

    /// <summary>The accumulated gradient of a leaf.</summary>
    internal TensorValue? Gradient { get; set; }

    /// <summary>Whether a non-leaf keeps its gradient too.</summary>
    internal bool KeepsGradient { get; set; }

    /// <summary>Whether this value reads another differentiable value's storage.</summary>
    internal bool IsDifferentiableView { get; set; }

    internal bool IsLeaf => Node is null;

    internal bool RequiresGradient
    {
        get => _requiresGradient || Node is not null;
        set
        {
            if (!value && Node is not null)
            {
                throw new InvalidOperationException("you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().");
            }

            if (value && !DataTypes.IsFloat(Type))
            {
                throw new InvalidOperationException($"only Tensors of floating point dtype can require gradients, got {Type}");
            }

            _requiresGradient = value;
        }
    }

    internal bool HasOneOwner => Volatile.Read(ref _owners) == 1;

    /// <summary>Whether nobody else can see the storage, so that it may be written over.</summary>
    internal bool IsExclusive => HasOneOwner && Storage.HasOneOwner && IsContiguous && Node is null;

    internal static TensorValue Empty(ScalarType type, params long[] shape)
    {
        foreach (var size in shape)
        {
            if (size < 0)
            {
                throw new TensorException($"Trying to create tensor with negative dimension {size}: {Shapes.Text(shape)}");
            }
        }

        var storage = StoragePool.Rent(Shapes.Count(shape) * DataTypes.Size(type));
        return new TensorValue(storage, type, shape, Shapes.ContiguousStrides(shape), 0);
    }

    internal static TensorValue EmptyLike(TensorValue value)
    {
        // Shapes and strides never change, so that values may share them.
        var strides = Shapes.IsInOrder(value.Shape, value.Strides) ? value.Strides : Shapes.ContiguousStrides(value.Shape);
        return new TensorValue(StoragePool.Rent(value.Count * DataTypes.Size(value.Type)), value.Type, value.Shape, strides, 0);
    }

    /// <summary>Another value over the same storage, outside the graph.</summary>
    internal TensorValue View(long[] shape, long[] strides, long offset)
    {
        Storage.Retain();
        return new TensorValue(Storage, Type, shape, strides, offset);
    }

    internal TensorValue Detached() => View(Shape, Strides, Offset);

    internal TensorValue Retain()
    {
        _ = Interlocked.Increment(ref _owners);
        return this;
    }

    /// <summary>Gives up one share.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _owners) != 0)
        {
            return;
        }

        Storage.Release();
        Gradient?.Dispose();
        Gradient = null;
        Node?.Release();
        Node = null;
    }

    /// <summary>All elements in order; the value must be contiguous.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<T> Span<T>()
        where T : unmanaged => Storage.Span<T>(Offset, Count);

    /// <summary>Every element of the storage from this value's first on, for strided readers.</summary>
    internal Span<T> StridedSpan<T>()
        where T : unmanaged
    {
        var reach = Count == 0 ? 0 : 1L;
        for (var i = 0; i < Shape.Length && reach > 0; i++)
        {
            reach += (Shape[i] - 1) * Strides[i];
        }

        return Storage.Span<T>(Offset, reach);
    }

    internal void MarkWritten() => Storage.Version++;
}
