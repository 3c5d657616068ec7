using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace MemoryRL.Embedded.Runtime.Tests;

/// <summary>A host with just the grain types that a test names.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly IHost _host;

    private TestHost(IHost host)
    {
        _host = host;
    }

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public IServiceProvider Services => _host.Services;

    public static async Task<TestHost> StartAsync(Type[] types, Action<ISiloBuilder>? configure = null, TimeProvider? time = null, (string Key, string Value)? setting = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        if (setting is { } given)
        {
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create(given.Key, (string?)given.Value)]);
        }

        builder.UseOrleans(silo =>
        {
            silo.ConfigureLogging(logging => logging.ClearProviders());
            silo.AddMemoryGrainStorageAsDefault();
            silo.Configure<GrainTypeOptions>(options =>
            {
                options.Classes.Clear();
                options.Interfaces.Clear();
                options.Classes.UnionWith(types.Where(type => type.IsClass));
                options.Interfaces.UnionWith(types.Where(type => type.IsInterface));
            });
            configure?.Invoke(silo);
        });
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return new TestHost(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Waits until every activation has done what was posted to it before.</summary>
    public async Task SettleAsync()
    {
        foreach (var activation in Services.GetRequiredService<EmbeddedHost>().Directory.Activations())
        {
            var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            activation.Turns.Post(new ActionTurn(_ => settled.SetResult()));
            await settled.Task;
        }
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
