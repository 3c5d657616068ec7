using MemoryRL.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
#if GRAIN_HOST_ORLEANS
using System.Net;
using Orleans.Storage;
#endif

namespace MemoryRL.Grains;

/// <summary>Starts the grains' host. The one place that knows which host a build is made for; everything else sees <see cref="IGrainFactory"/>.</summary>
public static class MemoryRLHosting
{
    /// <summary>
    /// Adds a silo with MemoryRL's grains to a program. Learners are those whose <see cref="ILearnerFactory"/> the program registers, and value
    /// functions to plan with those whose <see cref="IValueFunctionFactory"/> it registers.
    /// </summary>
    /// <param name="builder">The program's builder.</param>
    /// <param name="configure">Sets options over those of the <c>MemoryRL</c> section.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="OptionsValidationException">An option is not allowed or is one that this build cannot honour; the message names its key.</exception>
    /// <exception cref="InvalidOperationException">The section holds an unknown key or a value of the wrong type; the message names it.</exception>
    public static IHostApplicationBuilder AddMemoryRL(this IHostApplicationBuilder builder, Action<MemoryRLOptions>? configure = null)
    {
        var options = ReadOptions(builder.Configuration, configure);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopTimeout);
#if GRAIN_HOST_ORLEANS
        return builder.UseOrleans(silo =>
        {
            JoinCluster(silo, options);
            silo.AddMemoryRLGrains(options);
        });
#else
        if (options.Cluster is not null)
        {
            throw Refuse(nameof(options.Cluster), "a cluster");
        }

        if (options.Storage == GrainStorageKind.Configured)
        {
            throw Refuse(nameof(options.Storage), "a configured Orleans storage provider");
        }

        return builder.UseOrleans(silo => silo.AddMemoryRLGrains(options));
#endif
    }

    /// <summary>Adds a client of a cluster of silos to a program; only a build with <c>GrainHost=Orleans</c> can.</summary>
    /// <param name="builder">The program's builder.</param>
    /// <param name="configure">Sets options over those of the <c>MemoryRL</c> section; the <see cref="MemoryRLOptions.Cluster"/> names the gateway.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="OptionsValidationException">An option is not allowed, or this build has no clusters; the message names the key.</exception>
    public static IHostApplicationBuilder AddMemoryRLClient(this IHostApplicationBuilder builder, Action<MemoryRLOptions>? configure = null)
    {
        var options = ReadOptions(builder.Configuration, configure);
#if GRAIN_HOST_ORLEANS
        var cluster = options.Cluster ?? new MemoryRLClusterOptions();
        return builder.UseOrleansClient(client =>
        {
            if (!cluster.UseConfiguredClustering)
            {
                client.UseStaticClustering(cluster.Gateway is { } gateway ? IPEndPoint.Parse(gateway) : new IPEndPoint(IPAddress.Loopback, cluster.GatewayPort));
            }

            client.Configure<ClusterOptions>(ids => (ids.ClusterId, ids.ServiceId) = (cluster.ClusterId, cluster.ServiceId));
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = options.ResponseTimeout);
        });
#else
        throw Refuse(nameof(MemoryRLOptions.Cluster), $"a cluster ({options.Cluster?.Gateway ?? "the gateway on this machine"})");
#endif
    }

    /// <summary>Adds the grains, their storage and their services to a silo whose clustering is somebody else's, such as a test cluster's.</summary>
    /// <param name="silo">The silo's builder.</param>
    /// <param name="options">Checked options.</param>
    internal static void AddMemoryRLGrains(this ISiloBuilder silo, MemoryRLOptions options)
    {
        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton(Options.Create(options));
        services.AddSingleton<MemoryRLTelemetry>();
        services.AddSingleton<WaitLimit>();
        services.AddSingleton<IAppendDurability, AcknowledgedInMemory>();
        services.AddSingleton(_ => new LearnerThreadBudget(options.LearnerThreads == 0 ? Environment.ProcessorCount : options.LearnerThreads));
        services.AddHostedService<LearnerWakeUp>();
        silo.AddIncomingGrainCallFilter<GrainEdgeFilter>();
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = options.ResponseTimeout);
        silo.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = options.ResponseTimeout);
        silo.Configure<GrainCollectionOptions>(collection => collection.DeactivationTimeout = options.StopTimeout);
        AddStorage(silo, options);
    }

    /// <summary>Reads and checks the options of a program.</summary>
    /// <param name="configuration">The program's configuration.</param>
    /// <param name="configure">Sets options over those of the section.</param>
    /// <returns>The options.</returns>
    internal static MemoryRLOptions ReadOptions(IConfiguration configuration, Action<MemoryRLOptions>? configure)
    {
        var options = new MemoryRLOptions();
        configuration.GetSection(MemoryRLOptions.SectionName).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        configure?.Invoke(options);
        var result = new MemoryRLOptionsValidator().Validate(name: null, options);
        return result.Succeeded ? options : throw new OptionsValidationException(MemoryRLOptions.SectionName, typeof(MemoryRLOptions), result.Failures);
    }

    private static void AddStorage(ISiloBuilder silo, MemoryRLOptions options)
    {
        switch (options.Storage)
        {
            case GrainStorageKind.Memory:
                AddMemoryStorage(silo);
                break;
            case GrainStorageKind.Folder:
                silo.Services.AddSingleton(services => new FileGrainStorage(options.StorageFolder!, services.GetRequiredService<ILogger<FileGrainStorage>>()));
                silo.Services.AddGrainStorage(GrainStorageNames.Provider, (services, _) => services.GetRequiredService<FileGrainStorage>());
                silo.Services.AddHostedService<StorageFolderStart>();
                break;
            case GrainStorageKind.Configured:
                // The configuration registers the provider; JoinCluster has seen that it does.
                break;
            default:
                throw new InvalidOperationException($"Expected a kind of storage but got {options.Storage}.");
        }
    }

#if GRAIN_HOST_ORLEANS
    private static void AddMemoryStorage(ISiloBuilder silo)
    {
        const string InSilos = $"{GrainStorageNames.Provider}.silos";
        silo.AddMemoryGrainStorage(InSilos);
        silo.Services.AddGrainStorage(
            GrainStorageNames.Provider,
            (services, _) => new LastSiloStorage(services.GetRequiredKeyedService<IGrainStorage>(InSilos), services.GetRequiredService<ISiloStatusOracle>()));
    }

    private static void JoinCluster(ISiloBuilder silo, MemoryRLOptions options)
    {
        if (options.Storage == GrainStorageKind.Configured)
        {
            RequireConfiguredStorage(silo.Configuration);
        }

        var cluster = options.Cluster ?? new MemoryRLClusterOptions();
        if (cluster.UseConfiguredClustering)
        {
            silo.Configure<ClusterOptions>(ids => (ids.ClusterId, ids.ServiceId) = (cluster.ClusterId, cluster.ServiceId));
            silo.Configure<EndpointOptions>(ports => (ports.SiloPort, ports.GatewayPort) = (cluster.SiloPort, cluster.GatewayPort));
            return;
        }

        var primary = cluster.PrimarySilo is { } address ? IPEndPoint.Parse(address) : null;
        silo.UseLocalhostClustering(cluster.SiloPort, cluster.GatewayPort, primary, cluster.ServiceId, cluster.ClusterId);
    }

    private static void RequireConfiguredStorage(IConfiguration configuration)
    {
        var key = $"Orleans:GrainStorage:{GrainStorageNames.Provider}:ProviderType";
        if (string.IsNullOrEmpty(configuration[key]))
        {
            throw new OptionsValidationException(
                MemoryRLOptions.SectionName,
                typeof(MemoryRLOptions),
                [$"{MemoryRLOptions.SectionName}:{nameof(MemoryRLOptions.Storage)}: expected {key} with {nameof(GrainStorageKind.Configured)} but got none."]);
        }
    }
#else
    private static void AddMemoryStorage(ISiloBuilder silo) => silo.AddMemoryGrainStorage(GrainStorageNames.Provider);

    private static OptionsValidationException Refuse(string option, string what) => new(
        MemoryRLOptions.SectionName,
        typeof(MemoryRLOptions),
        [$"{MemoryRLOptions.SectionName}:{option}: this program runs its grains in its own process and cannot use {what}. Build it with -p:GrainHost=Orleans, or leave the option out."]);
#endif
}
