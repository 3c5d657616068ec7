#if GRAIN_HOST_ORLEANS
using System.Net;
using Orleans.Storage;

namespace MemoryRL.Grains.Tests;

/// <summary>Memory storage of a silo that stops, beside silos in every state.</summary>
public sealed class LastSiloStorageTests
{
    private static readonly SiloAddress Here = Address(1);

    [Theory]
    [InlineData(SiloStatus.Active, null, true)]
    [InlineData(SiloStatus.Joining, null, true)]
    [InlineData(SiloStatus.ShuttingDown, null, false)]
    [InlineData(SiloStatus.Stopping, null, false)]
    [InlineData(SiloStatus.ShuttingDown, SiloStatus.Active, true)]
    [InlineData(SiloStatus.ShuttingDown, SiloStatus.Joining, false)]
    [InlineData(SiloStatus.ShuttingDown, SiloStatus.ShuttingDown, false)]
    public async Task A_stopping_silo_writes_only_where_another_still_runs(SiloStatus own, SiloStatus? other, bool isKept)
    {
        var storage = new Recorder();
        var last = new LastSiloStorage(storage, new Silos(own, other));
        var (grain, state) = (GrainId.Create("type", "key"), new GrainState<GrainDocument>());

        await last.ReadStateAsync("state", grain, state);
        await last.WriteStateAsync("state", grain, state);
        await last.ClearStateAsync("state", grain, state);

        Assert.Equal(isKept ? ["read", "write", "clear"] : ["read"], storage.Calls);
    }

    private static SiloAddress Address(int number) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11_000 + number), 1);

    private sealed class Recorder : IGrainStorage
    {
        public List<string> Calls { get; } = [];

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Record("read");

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Record("write");

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Record("clear");

        private Task Record(string call)
        {
            Calls.Add(call);
            return Task.CompletedTask;
        }
    }

    private sealed class Silos(SiloStatus own, SiloStatus? other) : ISiloStatusOracle
    {
        public SiloStatus CurrentStatus => own;

        public string SiloName => "here";

        public SiloAddress SiloAddress => Here;

        public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false)
        {
            var all = new Dictionary<SiloAddress, SiloStatus> { [Here] = own };
            if (other is { } status)
            {
                all[Address(2)] = status;
            }

            return all.Where(silo => !onlyActive || silo.Value == SiloStatus.Active).ToDictionary();
        }

        public SiloAddress[] GetActiveSilos() => [.. GetApproximateSiloStatuses(onlyActive: true).Keys];

        public SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress) => GetApproximateSiloStatuses().GetValueOrDefault(siloAddress, SiloStatus.None);

        public bool TryGetSiloName(SiloAddress siloAddress, out string siloName) => throw new NotSupportedException();

        public bool IsFunctionalDirectory(SiloAddress siloAddress) => throw new NotSupportedException();

        public bool IsDeadSilo(SiloAddress silo) => throw new NotSupportedException();

        public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer) => throw new NotSupportedException();

        public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer) => throw new NotSupportedException();
    }
}
#endif
