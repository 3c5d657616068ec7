namespace Orleans.Core;

/// <summary>A grain's hold on its stored state.</summary>
public interface IStorage
{
    /// <summary>Gets the version that storage knows; null for none.</summary>
    string? Etag { get; }

    /// <summary>Gets a value indicating whether storage has a record.</summary>
    bool RecordExists { get; }

    /// <summary>Removes the record.</summary>
    /// <returns>Completes when it is removed.</returns>
    Task ClearStateAsync();

    /// <summary>Writes the record.</summary>
    /// <returns>Completes when it is written.</returns>
    /// <exception cref="Storage.InconsistentStateException">Another has written since.</exception>
    Task WriteStateAsync();

    /// <summary>Reads the record.</summary>
    /// <returns>Completes when it is read.</returns>
    Task ReadStateAsync();

    /// <summary>Removes the record.</summary>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Completes when it is removed.</returns>
    Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

    /// <summary>Writes the record.</summary>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Completes when it is written.</returns>
    /// <exception cref="Storage.InconsistentStateException">Another has written since.</exception>
    Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

    /// <summary>Reads the record.</summary>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Completes when it is read.</returns>
    Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
}

/// <summary>A grain's hold on its stored state.</summary>
/// <typeparam name="TState">The type of the state.</typeparam>
public interface IStorage<TState> : IStorage
{
    /// <summary>Gets or sets the state.</summary>
    TState State { get; set; }
}
