using MemoryRL.Grains;
using MemoryRL.Learning;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MemoryRL.Cli;

/// <summary>The host of a command's grains: a silo in this process, whose state lies in a folder; or a client of a cluster.</summary>
internal static class RunHost
{
    /// <summary>Makes the host of a run; it is not yet started.</summary>
    /// <param name="parameters">The run.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="isVerbose">Whether the host's log is shown.</param>
    /// <returns>The host.</returns>
    public static IHost Create(RunParameters parameters, RunFolder folder, bool isVerbose) => Create(parameters.Cluster, folder.State, isVerbose);

    /// <summary>Makes a host whose grains keep their state; it is not yet started.</summary>
    /// <param name="cluster">The gateway of the cluster that holds the grains; null for grains in this process.</param>
    /// <param name="stateFolder">Where the state of grains in this process lies.</param>
    /// <param name="isVerbose">Whether the host's log is shown.</param>
    /// <returns>The host.</returns>
    public static IHost Create(string? cluster, string stateFolder, bool isVerbose) => Create(cluster, isVerbose, new Dictionary<string, string?>
    {
        ["MemoryRL:Storage"] = nameof(GrainStorageKind.Folder),
        ["MemoryRL:StorageFolder"] = Path.GetFullPath(stateFolder),
    });

    /// <summary>Makes a host; it is not yet started.</summary>
    /// <param name="cluster">The gateway of a cluster; null for a silo in this process.</param>
    /// <param name="isVerbose">Whether the host's log is shown.</param>
    /// <param name="settings">That silo's settings by configuration key, on top of <c>appsettings.json</c> and the environment.</param>
    /// <returns>The host.</returns>
    public static IHost Create(string? cluster, bool isVerbose, IReadOnlyDictionary<string, string?> settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "memoryrl", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddJsonFile("appsettings.json", optional: false).AddEnvironmentVariables();
        builder.Logging.SetMinimumLevel(isVerbose ? LogLevel.Information : LogLevel.Error).AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        // Ctrl-C belongs to the run: it lets the agents finish before the host goes.
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.AddTelemetryExport("memoryrl", BuildInformation.Version);
        if (cluster is { } gateway)
        {
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("MemoryRL:Cluster:Gateway", gateway)]);
            builder.AddMemoryRLClient();
        }
        else
        {
            builder.Configuration.AddInMemoryCollection(settings);
            builder.AddMemoryRL();
        }

        foreach (var factory in LearningAlgorithms.LearnerFactories)
        {
            builder.Services.AddSingleton(factory);
        }

        foreach (var factory in LearningAlgorithms.ValueFunctionFactories)
        {
            builder.Services.AddSingleton(factory);
        }

        return builder.Build();
    }

    private sealed class SilentLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
