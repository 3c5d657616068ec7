using MemoryRL.Grains;
#if GRAIN_HOST_ORLEANS
using Orleans.TestingHost;
#else
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
#endif

namespace MemoryRL.Client.Tests;

/// <summary>The grains on the host that the build was given: the embedded one, or an in-process Orleans test cluster of one silo.</summary>
public sealed class GrainHost : IAsyncLifetime
{
    private readonly string? _folder;

    public GrainHost()
    {
    }

    internal GrainHost(string folder) => _folder = folder;

#if GRAIN_HOST_ORLEANS
    private InProcessTestCluster? _cluster;

    public IGrainFactory Grains => _cluster!.Client;

    public async Task InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        _ = builder.ConfigureSilo((_, silo) => silo.AddMemoryRLGrains(Configure(new MemoryRLOptions())));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync()
    {
        await _cluster!.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }
#else
    private IHost? _host;

    public IGrainFactory Grains => _host!.Services.GetRequiredService<IGrainFactory>();

    public async Task InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        _ = builder.Configuration.AddInMemoryCollection([new("Embedded:CopyEverything", "true")]);
        _ = builder.AddMemoryRL(options => Configure(options));
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host!.StopAsync();
        _host.Dispose();
    }
#endif

    private MemoryRLOptions Configure(MemoryRLOptions options)
    {
        (options.Storage, options.StorageFolder) = _folder is null ? (GrainStorageKind.Memory, null) : (GrainStorageKind.Folder, _folder);
        return options;
    }
}
