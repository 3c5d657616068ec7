using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Orleans;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime.Tests;

/// <summary>What tests wait for, by name.</summary>
internal static class Gates
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> All = new();

    public static Task Wait(string gate) => Source(gate).Task.WaitAsync(TimeSpan.FromSeconds(25));

    public static void Open(string gate) => Source(gate).TrySetResult();

    private static TaskCompletionSource Source(string gate) => All.GetOrAdd(gate, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}

[Alias("embedded.ILifeGrain")]
public interface ILifeGrain : IGrainWithStringKey
{
    [Alias("WhichLife")]
    Task<Guid> WhichLife();

    [Alias("Wait")]
    Task Wait(string gate);

    [Alias("CallInACircle")]
    Task CallInACircle(string next, string first);

    [Alias("Delay")]
    Task Delay(TimeSpan time);

    [Alias("Tick")]
    Task Tick(TimeSpan period, bool keepsAlive);
}

[Alias("embedded.IKeptLifeGrain")]
public interface IKeptLifeGrain : ILifeGrain;

[Alias("embedded.IShortLifeGrain")]
public interface IShortLifeGrain : ILifeGrain;

internal abstract class LifeGrainBase : Grain, ILifeGrain
{
    private readonly Guid _life = Guid.NewGuid();

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Gates.Open($"{this.GetPrimaryKeyString()}/{reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task<Guid> WhichLife() => Task.FromResult(_life);

    public Task Wait(string gate)
    {
        Gates.Open($"{gate}/waits");
        return Gates.Wait(gate);
    }

    public Task CallInACircle(string next, string first)
    {
        if (!string.Equals(next, first, StringComparison.Ordinal))
        {
            return GrainFactory.GetGrain<IPlainLifeGrain>(next).CallInACircle(first, first);
        }

        var call = GrainFactory.GetGrain<IPlainLifeGrain>(first).WhichLife();
        Gates.Open(first);
        return call;
    }

    public Task Delay(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task Tick(TimeSpan period, bool keepsAlive)
    {
        this.RegisterGrainTimer(() => Task.CompletedTask, new GrainTimerCreationOptions(period, period) { KeepAlive = keepsAlive });
        return Task.CompletedTask;
    }
}

[Alias("embedded.IPlainLifeGrain")]
public interface IPlainLifeGrain : ILifeGrain;

internal sealed class PlainLifeGrain : LifeGrainBase, IPlainLifeGrain;

[KeepAlive]
internal sealed class KeptLifeGrain : LifeGrainBase, IKeptLifeGrain;

[CollectionAgeLimit(Minutes = 3)]
internal sealed class ShortLifeGrain : LifeGrainBase, IShortLifeGrain;

[Alias("embedded.IStateGrain")]
public interface IStateGrain : IGrainWithStringKey
{
    [Alias("Add")]
    Task<int> Add(int number);

    [Alias("WhichLife")]
    Task<Guid> WhichLife();
}

[GenerateSerializer, Alias("embedded.NumberState")]
public sealed class NumberState
{
    [Id(0)]
    public List<int> Numbers { get; set; } = [];
}

internal sealed class StateGrain([PersistentState("numbers")] IPersistentState<NumberState> state) : Grain, IStateGrain
{
    private readonly Guid _life = Guid.NewGuid();

    public async Task<int> Add(int number)
    {
        state.State.Numbers.Add(number);
        await state.WriteStateAsync();
        return state.State.Numbers.Count;
    }

    public Task<Guid> WhichLife() => Task.FromResult(_life);
}

[Alias("embedded.IEndlessGrain")]
public interface IEndlessGrain : IGrainWithStringKey
{
    [Alias("Enumerate")]
    IAsyncEnumerable<int> Enumerate(CancellationToken cancellationToken = default);

    [Alias("Tick")]
    Task Tick();
}

/// <summary>A grain whose enumeration and tick never end by themselves.</summary>
internal sealed class EndlessGrain : Grain, IEndlessGrain
{
    public async IAsyncEnumerable<int> Enumerate([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return 1;
        Gates.Open($"{this.GetPrimaryKeyString()}/waits");
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    public Task Tick()
    {
        this.RegisterGrainTimer(
            async cancellationToken =>
            {
                Gates.Open($"{this.GetPrimaryKeyString()}/ticks");
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            },
            new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Gates.Open($"{this.GetPrimaryKeyString()}/{reason.ReasonCode}");
        return Task.CompletedTask;
    }
}

[Alias("embedded.IBytesGrain")]
public interface IBytesGrain : IGrainWithStringKey
{
    [Alias("Echo")]
    Task<Bytes> Echo(Bytes bytes);
}

[GenerateSerializer, Immutable, Alias("embedded.Bytes")]
public sealed record Bytes([property: Id(0)] byte[] Data, [property: Id(1)] ReadOnlyMemory<float> Numbers);

internal sealed class BytesGrain : Grain, IBytesGrain
{
    public Task<Bytes> Echo(Bytes bytes) => Task.FromResult(bytes);
}
