#pragma warning disable
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace MemoryRL.Embedded.Runtime;

internal abstract class CallTarget { internal abstract bool IsGone { get; } }
internal abstract class Activation : CallTarget, IGrainContext
{
    [ThreadStatic] internal static Activation? BeingCreated;
    public abstract GrainReference GrainReference { get; }
    public abstract GrainId GrainId { get; }
    public abstract object? GrainInstance { get; }
    public abstract IServiceProvider ActivationServices { get; }
    public abstract Task Deactivated { get; }
    public abstract void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
    public abstract bool Equals(IGrainContext? other);
    internal abstract void DelayDeactivation(TimeSpan timeSpan);
    internal abstract IGrainTimer AddTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options);
}
internal abstract class Directory { internal abstract CallTarget GetOrCreate(GrainId id); }
internal abstract class References { internal abstract GrainReference Get(GrainId id, Type type); }
internal abstract class EmbeddedHost { internal abstract Directory Directory { get; } internal abstract References References { get; } }
internal abstract class GrainEnumerable<T> { internal int MaxBatchSize { get; set; } }
internal sealed class DelegateCallFilter(IncomingGrainCallFilterDelegate d) : IIncomingGrainCallFilter { public Task Invoke(IIncomingGrainCallContext context) => d(context); }
internal sealed class SiloBuilder(IServiceCollection s, IConfiguration c) : ISiloBuilder
{
    public IServiceCollection Services { get; } = s;
    public IConfiguration Configuration { get; } = c;
    internal static SiloBuilder Add(IServiceCollection s, IConfiguration c) => new(s, c);
}
internal sealed class MemoryGrainStorage : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;
}
