using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
#if GRAIN_HOST_ORLEANS
using Orleans.TestingHost;
#endif

namespace MemoryRL.Compliance.Tests;

/// <summary>The host under test: the embedded one, or an in-process cluster of one silo, whichever the build was given.</summary>
public class GrainHostFixture : IAsyncLifetime
{
    public IGrainFactory Grains { get; private set; } = null!;

#if GRAIN_HOST_ORLEANS
    private InProcessTestCluster? _cluster;

    public async Task InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => Configure(silo));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        Grains = _cluster.Client;
    }

    public Task StopAsync() => _cluster!.StopAllSilosAsync();

    public async Task DisposeAsync() => await _cluster!.DisposeAsync();
#else
    private IHost? _host;

    public async Task InitializeAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(Configure);
        _host = builder.Build();
        await _host.StartAsync();
        Grains = _host.Services.GetRequiredService<IGrainFactory>();
    }

    public Task StopAsync() => _host!.StopAsync();

    public async Task DisposeAsync()
    {
        await _host!.StopAsync();
        _host.Dispose();
    }
#endif

    protected virtual void Configure(ISiloBuilder silo)
    {
        silo.AddMemoryGrainStorageAsDefault();
        silo.AddMemoryGrainStorage("notes");
    }
}

/// <summary>A host with filters on every call.</summary>
public sealed class FilteredGrainHostFixture : GrainHostFixture
{
    protected override void Configure(ISiloBuilder silo)
    {
        base.Configure(silo);
        silo.AddIncomingGrainCallFilter<OuterFilter>();
        silo.AddIncomingGrainCallFilter(InnerFilter.InvokeAsync);
    }
}

[CollectionDefinition(Name)]
public sealed class GrainHostGroup : ICollectionFixture<GrainHostFixture>
{
    public const string Name = "one host";
}
