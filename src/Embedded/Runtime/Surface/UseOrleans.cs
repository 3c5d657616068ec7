using MemoryRL.Embedded.Runtime;
using Orleans.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds the host of the grains to a program's host.</summary>
public static class OrleansSiloGenericHostExtensions
{
    /// <summary>Adds the host of the grains.</summary>
    /// <param name="hostAppBuilder">The program's host.</param>
    /// <param name="configureDelegate">Sets the host of the grains up.</param>
    /// <returns>The program's host.</returns>
    public static IHostApplicationBuilder UseOrleans(this IHostApplicationBuilder hostAppBuilder, Action<ISiloBuilder> configureDelegate)
    {
        configureDelegate(SiloBuilder.Add(hostAppBuilder.Services, hostAppBuilder.Configuration));
        return hostAppBuilder;
    }

    /// <summary>Adds the host of the grains.</summary>
    /// <param name="hostAppBuilder">The program's host.</param>
    /// <param name="configureDelegate">Sets the host of the grains up.</param>
    /// <returns>The program's host.</returns>
    public static HostApplicationBuilder UseOrleans(this HostApplicationBuilder hostAppBuilder, Action<ISiloBuilder> configureDelegate)
    {
        configureDelegate(SiloBuilder.Add(hostAppBuilder.Services, hostAppBuilder.Configuration));
        return hostAppBuilder;
    }

    /// <summary>Adds the host of the grains.</summary>
    /// <param name="hostBuilder">The program's host.</param>
    /// <param name="configureDelegate">Sets the host of the grains up.</param>
    /// <returns>The program's host.</returns>
    public static IHostBuilder UseOrleans(this IHostBuilder hostBuilder, Action<ISiloBuilder> configureDelegate)
    {
        return hostBuilder.UseOrleans((_, silo) => configureDelegate(silo));
    }

    /// <summary>Adds the host of the grains.</summary>
    /// <param name="hostBuilder">The program's host.</param>
    /// <param name="configureDelegate">Sets the host of the grains up.</param>
    /// <returns>The program's host.</returns>
    public static IHostBuilder UseOrleans(this IHostBuilder hostBuilder, Action<HostBuilderContext, ISiloBuilder> configureDelegate)
    {
        return hostBuilder.ConfigureServices((context, services) => configureDelegate(context, SiloBuilder.Add(services, context.Configuration)));
    }
}
