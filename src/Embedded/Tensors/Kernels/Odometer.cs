using System.Runtime.CompilerServices;

namespace TorchSharp;

/// <summary>Walks two strided operands row by row: neighbouring dimensions that both operands read in one run are merged, the innermost is the row.</summary>
internal struct Odometer
{
    private const int MostDimensions = 16;

    private readonly Numbers _sizes;
    private readonly Numbers _left;
    private readonly Numbers _right;
    private Numbers _counters;
    private readonly int _rank;

    internal Odometer(ReadOnlySpan<long> shape, ReadOnlySpan<long> left, ReadOnlySpan<long> right)
    {
        _sizes[0] = 1;
        _rank = 1;
        var started = false;
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 1)
            {
                continue;
            }

            var last = _rank - 1;
            if (started && _left[last] == left[i] * shape[i] && _right[last] == right[i] * shape[i])
            {
                _sizes[last] *= shape[i];
                _left[last] = left[i];
                _right[last] = right[i];
                continue;
            }

            if (_rank == MostDimensions)
            {
                throw new TensorException($"strided operands of shape {Shapes.Text(shape)} have more than {MostDimensions} dimensions that cannot be merged");
            }

            last = started ? _rank++ : 0;
            started = true;
            _sizes[last] = shape[i];
            _left[last] = left[i];
            _right[last] = right[i];
        }

        Rows = Shapes.Count(shape) / Math.Max(_sizes[_rank - 1], 1);
    }

    /// <summary>How many rows there are.</summary>
    internal long Rows { get; }

    /// <summary>Elements in a row.</summary>
    internal readonly long RowLength => _sizes[_rank - 1];

    internal readonly long LeftStride => _left[_rank - 1];

    internal readonly long RightStride => _right[_rank - 1];

    /// <summary>Where the current row starts in the left operand.</summary>
    internal long Left { get; private set; }

    /// <summary>Where the current row starts in the right operand.</summary>
    internal long Right { get; private set; }

    internal void Next()
    {
        for (var i = _rank - 2; i >= 0; i--)
        {
            Left += _left[i];
            Right += _right[i];
            if (++_counters[i] < _sizes[i])
            {
                return;
            }

            Left -= _left[i] * _sizes[i];
            Right -= _right[i] * _sizes[i];
            _counters[i] = 0;
        }
    }

    [InlineArray(MostDimensions)]
    private struct Numbers
    {
        private long _first;
    }
}
