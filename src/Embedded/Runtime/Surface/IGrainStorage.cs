using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Where grains' states are stored.</summary>
public interface IGrainStorage
{
    /// <summary>Reads a state.</summary>
    /// <typeparam name="T">The type of the state.</typeparam>
    /// <param name="stateName">The name of the state.</param>
    /// <param name="grainId">The grain.</param>
    /// <param name="grainState">Filled with what is stored.</param>
    /// <returns>Completes when it is read.</returns>
    Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

    /// <summary>Reads a state.</summary>
    /// <typeparam name="T">The type of the state.</typeparam>
    /// <param name="stateName">The name of the state.</param>
    /// <param name="grainId">The grain.</param>
    /// <param name="grainState">Filled with what is stored.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Completes when it is read.</returns>
    Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) => ReadStateAsync(stateName, grainId, grainState);

    /// <summary>Writes a state if its ETag is the stored one.</summary>
    /// <typeparam name="T">The type of the state.</typeparam>
    /// <param name="stateName">The name of the state.</param>
    /// <param name="grainId">The grain.</param>
    /// <param name="grainState">The state; gets the new ETag.</param>
    /// <returns>Completes when it is written.</returns>
    /// <exception cref="InconsistentStateException">Another has written since.</exception>
    Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

    /// <summary>Writes a state if its ETag is the stored one.</summary>
    /// <typeparam name="T">The type of the state.</typeparam>
    /// <param name="stateName">The name of the state.</param>
    /// <param name="grainId">The grain.</param>
    /// <param name="grainState">The state; gets the new ETag.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Completes when it is written.</returns>
    /// <exception cref="InconsistentStateException">Another has written since.</exception>
    Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) => WriteStateAsync(stateName, grainId, grainState);

    /// <summary>Removes a state if its ETag is the stored one.</summary>
    /// <typeparam name="T">The type of the state.</typeparam>
    /// <param name="stateName">The name of the state.</param>
    /// <param name="grainId">The grain.</param>
    /// <param name="grainState">The state; loses its ETag.</param>
    /// <returns>Completes when it is removed.</returns>
    /// <exception cref="InconsistentStateException">Another has written since.</exception>
    Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

    /// <summary>Removes a state if its ETag is the stored one.</summary>
    /// <typeparam name="T">The type of the state.</typeparam>
    /// <param name="stateName">The name of the state.</param>
    /// <param name="grainId">The grain.</param>
    /// <param name="grainState">The state; loses its ETag.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Completes when it is removed.</returns>
    /// <exception cref="InconsistentStateException">Another has written since.</exception>
    Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) => ClearStateAsync(stateName, grainId, grainState);
}

/// <summary>A state was written by another since it was read; the grain that lets this error out is deactivated.</summary>
public class InconsistentStateException : OrleansException
{
    /// <summary>Initializes the error.</summary>
    public InconsistentStateException()
    {
    }

    /// <summary>Initializes the error.</summary>
    /// <param name="message">What happened.</param>
    public InconsistentStateException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The error behind it.</param>
    public InconsistentStateException(string message, Exception? innerException)
        : base(message, innerException!)
    {
    }

    /// <summary>Initializes the error.</summary>
    /// <param name="errorMsg">What happened.</param>
    /// <param name="storedEtag">The version that storage has.</param>
    /// <param name="currentEtag">The version that the grain has.</param>
    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
        : this(errorMsg, storedEtag, currentEtag, storageException: null)
    {
    }

    /// <summary>Initializes the error.</summary>
    /// <param name="errorMsg">What happened.</param>
    /// <param name="storedEtag">The version that storage has.</param>
    /// <param name="currentEtag">The version that the grain has.</param>
    /// <param name="storageException">The error behind it.</param>
    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
        : base(errorMsg, storageException!)
    {
        StoredEtag = storedEtag;
        CurrentEtag = currentEtag;
    }

    /// <summary>Gets the version that storage has.</summary>
    public string? StoredEtag { get; }

    /// <summary>Gets the version that the grain has.</summary>
    public string? CurrentEtag { get; }
}
