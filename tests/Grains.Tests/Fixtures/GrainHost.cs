using MemoryRL.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
#if GRAIN_HOST_ORLEANS
using Orleans.TestingHost;
#else
using Microsoft.Extensions.Configuration;
#endif

namespace MemoryRL.Grains.Tests;

/// <summary>The grains on the host that the build was given: the embedded one, or an in-process Orleans test cluster of one silo.</summary>
public sealed class GrainHost : IAsyncDisposable
{
#if GRAIN_HOST_ORLEANS
    private readonly InProcessTestCluster _cluster;

    private GrainHost(InProcessTestCluster cluster)
    {
        _cluster = cluster;
        Calls = cluster.GetSiloServiceProvider().GetRequiredService<CallDoor>();
        Learners = cluster.GetSiloServiceProvider().GetRequiredService<LearnerTrace>();
        Values = cluster.GetSiloServiceProvider().GetRequiredService<ValueGate>();
        Stopping = cluster.GetSiloServiceProvider().GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
    }

    public IGrainFactory Grains => _cluster.Client;
#else
    private readonly IHost _host;

    private GrainHost(IHost host)
    {
        _host = host;
        Calls = host.Services.GetRequiredService<CallDoor>();
        Learners = host.Services.GetRequiredService<LearnerTrace>();
        Values = host.Services.GetRequiredService<ValueGate>();
        Stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
    }

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();
#endif

    /// <summary>Lets tests deactivate grains and lose calls.</summary>
    public CallDoor Calls { get; }

    /// <summary>What the counting learners of this host did.</summary>
    public LearnerTrace Learners { get; }

    /// <summary>What the value functions of this host do.</summary>
    public ValueGate Values { get; }

    /// <summary>Is cancelled when the host begins to stop.</summary>
    public CancellationToken Stopping { get; }

    public static async Task<GrainHost> StartAsync(Action<MemoryRLOptions>? configure = null)
    {
        var options = new MemoryRLOptions();
        configure?.Invoke(options);
#if GRAIN_HOST_ORLEANS
        var builder = new InProcessTestClusterBuilder(1);
        _ = builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryRLGrains(options);
            AddTestServices(silo.Services);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new GrainHost(cluster);
#else
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        _ = builder.Configuration.AddInMemoryCollection([new("Embedded:CopyEverything", "true")]);
        _ = builder.AddMemoryRL(given =>
        {
            given.Storage = options.Storage;
            given.StorageFolder = options.StorageFolder;
            given.PolicyVersionsKept = options.PolicyVersionsKept;
            given.PolicySavePeriod = options.PolicySavePeriod;
            given.LearnerThreads = options.LearnerThreads;
            given.ResponseTimeout = options.ResponseTimeout;
        });
        AddTestServices(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return new GrainHost(host);
#endif
    }

    public async ValueTask DisposeAsync()
    {
#if GRAIN_HOST_ORLEANS
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
#else
        await _host.StopAsync();
        _host.Dispose();
#endif
    }

    private static void AddTestServices(IServiceCollection services)
    {
        _ = services.AddSingleton<CallDoor>();
        _ = services.AddSingleton<IIncomingGrainCallFilter>(provider => provider.GetRequiredService<CallDoor>());
        _ = services.AddSingleton<LearnerTrace>();
        _ = services.AddSingleton<ValueGate>();
        _ = services.AddSingleton<ILearnerFactory, CountingLearnerFactory>();
        _ = services.AddSingleton<ILearnerFactory, PlanningLearnerFactory>();
        _ = services.AddSingleton<IValueFunctionFactory, StateValuesFactory>();
    }
}
