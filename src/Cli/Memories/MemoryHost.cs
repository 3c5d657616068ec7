using System.CommandLine;
using MemoryRL.Client;
using Microsoft.Extensions.DependencyInjection;

namespace MemoryRL.Cli;

/// <summary>The grains of a command that works on memories, started and stopped around its work.</summary>
internal static class MemoryHost
{
    /// <summary>Works on the memories that the command line names.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="work">The work.</param>
    /// <returns>What the work returned, once everything that it changed is on disk.</returns>
    public static async Task<T> RunAsync<T>(ParseResult result, Func<MemoryClient, Task<T>> work)
    {
        var cluster = result.GetValue(MemoryOptions.Cluster);
        if (cluster is not null && BuildInformation.GrainHost != "Orleans")
        {
            throw new UsageException($"--cluster: expected a build with real silos (dotnet run -c Release -p:GrainHost=Orleans --project src/Cli -- ...) but got one with GrainHost={BuildInformation.GrainHost}, whose grains run in this process.");
        }

        using var host = RunHost.Create(cluster, result.GetRequiredValue(MemoryOptions.State), result.GetValue(MemoryRLCommandLine.Verbose));
        await host.StartAsync(CancellationToken.None);
        try
        {
            return await work(new MemoryClient(host.Services.GetRequiredService<IGrainFactory>()));
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }
}
