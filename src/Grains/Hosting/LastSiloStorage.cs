#if GRAIN_HOST_ORLEANS
using Orleans.Storage;

namespace MemoryRL.Grains;

/// <summary>
/// Orleans' memory storage, which is grains of the silos: what grains write while their silo stops goes to another silo, and nowhere where there is none.
/// </summary>
/// <remarks>A last silo places no grain any more, the storage's least of all: each write would fail and say so, for state that ends with the process.</remarks>
/// <param name="storage">The storage.</param>
/// <param name="silos">The silos of the cluster.</param>
internal sealed class LastSiloStorage(IGrainStorage storage, ISiloStatusOracle silos) : IGrainStorage
{
    private bool IsLast => silos.CurrentStatus.IsTerminating() && silos.GetApproximateSiloStatuses(onlyActive: true).Keys.All(silos.SiloAddress.Equals);

    /// <inheritdoc/>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => storage.ReadStateAsync(stateName, grainId, grainState);

    /// <inheritdoc/>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        IsLast ? Task.CompletedTask : storage.WriteStateAsync(stateName, grainId, grainState);

    /// <inheritdoc/>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        IsLast ? Task.CompletedTask : storage.ClearStateAsync(stateName, grainId, grainState);
}
#endif
