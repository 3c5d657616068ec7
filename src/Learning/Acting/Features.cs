namespace MemoryRL.Learning;

/// <summary>Features of one observation or action: numbers, or the index of the only one that is 1.</summary>
internal readonly ref struct Features
{
    private readonly ReadOnlySpan<float> _values;
    private readonly int _hot;

    /// <summary>Initializes features that are numbers.</summary>
    /// <param name="values">The numbers.</param>
    public Features(ReadOnlySpan<float> values)
    {
        _values = values;
        Count = values.Length;
    }

    /// <summary>Initializes one-hot features.</summary>
    /// <param name="hot">The index of the feature that is 1.</param>
    /// <param name="count">The number of features.</param>
    public Features(int hot, int count)
    {
        _hot = hot;
        Count = count;
    }

    /// <summary>Gets the number of features.</summary>
    public int Count { get; }

    /// <summary>Adds these features' share of a layer's answer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="first">Which input of the layer the first feature is.</param>
    /// <param name="output">The answer so far.</param>
    public void AddTo(DenseLayer layer, int first, Span<float> output)
    {
        if (!_values.IsEmpty)
        {
            layer.Add(_values, first, output);
        }
        else if (Count > 0)
        {
            layer.AddOne(first + _hot, output);
        }
    }
}
