namespace Orleans;

/// <summary>A grain's stored state on its way to or from storage.</summary>
/// <typeparam name="T">The type of the state.</typeparam>
public interface IGrainState<T>
{
    /// <summary>Gets or sets the state.</summary>
    T? State { get; set; }

    /// <summary>Gets or sets the version that storage knows; null for none.</summary>
    string? ETag { get; set; }

    /// <summary>Gets or sets a value indicating whether storage has a record.</summary>
    bool RecordExists { get; set; }
}

/// <summary>A grain's stored state on its way to or from storage.</summary>
/// <typeparam name="T">The type of the state.</typeparam>
public sealed class GrainState<T> : IGrainState<T>
{
    /// <summary>Initializes an empty state.</summary>
    public GrainState()
    {
    }

    /// <summary>Initializes the state.</summary>
    /// <param name="state">The state.</param>
    public GrainState(T? state)
        : this(state, eTag: null)
    {
    }

    /// <summary>Initializes the state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="eTag">The version that storage knows.</param>
    public GrainState(T? state, string? eTag)
    {
        State = state;
        ETag = eTag;
    }

    /// <inheritdoc/>
    public T? State { get; set; }

    /// <inheritdoc/>
    public string? ETag { get; set; }

    /// <inheritdoc/>
    public bool RecordExists { get; set; }
}

/// <summary>Marks the attributes that say what a constructor's parameter is.</summary>
public interface IFacetMetadata;
