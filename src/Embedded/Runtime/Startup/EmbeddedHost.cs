using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;

namespace MemoryRL.Embedded.Runtime;

/// <summary>The host of the grains in this process: it starts and stops with the program's host.</summary>
internal sealed class EmbeddedHost : IHostedService, IDisposable
{
    private readonly TimeSpan _grainTimeout;
    private readonly TimeSpan _clientTimeout;
    private readonly TimeoutSweep _sweep;
    private readonly IdleCollector _collector;

    public EmbeddedHost(
        IServiceProvider services,
        IConfiguration configuration,
        TimeProvider time,
        ILogger<EmbeddedHost> logger,
        IOptions<SiloMessagingOptions> siloMessaging,
        IOptions<ClientMessagingOptions> clientMessaging,
        IOptions<GrainCollectionOptions> collection,
        IOptions<GrainTypeOptions> types)
    {
        Services = services;
        Time = time;
        Logger = logger;
        Collection = collection.Value;
        Clock = new CoarseClock(time);
        _grainTimeout = siloMessaging.Value.ResponseTimeout;
        _clientTimeout = clientMessaging.Value.ResponseTimeout;
        CopiesEverything = configuration.GetValue<bool>(HostRules.CopyEverythingKey);
        HostRules.CheckSettings(configuration, siloMessaging.Value, clientMessaging.Value, Collection);
        ContractRules.Check(types.Value);
        Registry = new GrainRegistry(types.Value, Collection);
        Directory = new GrainDirectory(this);
        References = new ReferenceFactory(this);
        _sweep = new TimeoutSweep(this);
        _collector = new IdleCollector(this);
    }

    internal IServiceProvider Services { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    /// <summary>Gets the filters; made at the start, since they may themselves want references to grains.</summary>
    internal IIncomingGrainCallFilter[] Filters { get; private set; } = [];

    internal GrainCollectionOptions Collection { get; }

    internal CoarseClock Clock { get; }

    /// <summary>Gets a value indicating whether even immutable data is copied on its way, as a wire would.</summary>
    internal bool CopiesEverything { get; }

    internal GrainRegistry Registry { get; }

    internal GrainDirectory Directory { get; }

    internal ReferenceFactory References { get; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Filters = [.. Services.GetServices<IIncomingGrainCallFilter>()];
        Directory.Open();
        _sweep.Start();
        _collector.Start();
        HostLog.Started(Logger, Registry.Classes.Count);
        return Task.CompletedTask;
    }

    /// <summary>Deactivates every grain; no new one is activated.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Directory.Close();
        var count = 0;
        while (!Directory.IsEmpty && !cancellationToken.IsCancellationRequested)
        {
            var activations = Directory.Activations();
            count += activations.Count;
            foreach (var activation in activations)
            {
                activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The host stops."), cancellationToken);
            }

            await Task.WhenAll(activations.Select(activation => activation.Deactivated)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!Directory.IsEmpty)
        {
            HostLog.StopCutShort(Logger, Directory.Activations().Count);
        }

        Dispose();
        HostLog.Stopped(Logger, count);
    }

    public void Dispose()
    {
        _sweep.Dispose();
        _collector.Dispose();
    }

    internal TimeSpan ResponseTimeout(bool fromGrain) => fromGrain ? _grainTimeout : _clientTimeout;
}
