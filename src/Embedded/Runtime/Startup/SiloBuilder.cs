using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace MemoryRL.Embedded.Runtime;

/// <summary>Adds the host to a program's services.</summary>
internal sealed class SiloBuilder(IServiceCollection services, IConfiguration configuration) : ISiloBuilder
{
    public IServiceCollection Services { get; } = services;

    public IConfiguration Configuration { get; } = configuration;

    internal static SiloBuilder Add(IServiceCollection services, IConfiguration configuration)
    {
        if (services.All(service => service.ServiceType != typeof(EmbeddedHost)))
        {
            services.AddOptions();
            services.AddLogging();
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton(configuration);
            services.AddSingleton<IConfigureOptions<GrainTypeOptions>, AssemblyScan>();
            services.AddSingleton<EmbeddedHost>();
            services.AddSingleton<IClusterClient>(provider => provider.GetRequiredService<EmbeddedHost>().References);
            services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<EmbeddedHost>().References);
            services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<EmbeddedHost>());
        }

        return new SiloBuilder(services, configuration);
    }
}
