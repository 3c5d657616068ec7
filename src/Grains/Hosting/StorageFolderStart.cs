using Microsoft.Extensions.Hosting;

namespace MemoryRL.Grains;

/// <summary>Takes the storage folder when the program starts, so that a folder in use or not writable is an error then and not at the first write.</summary>
/// <param name="storage">The storage; that it is asked for is all that matters.</param>
internal sealed class StorageFolderStart(FileGrainStorage storage) : IHostedService
{
    private readonly FileGrainStorage _storage = storage;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.FromResult(_storage);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
