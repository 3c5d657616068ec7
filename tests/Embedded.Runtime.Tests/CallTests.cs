using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace MemoryRL.Embedded.Runtime.Tests;

public sealed class CallTests
{
    private static readonly Type[] Types = [typeof(IPlainLifeGrain), typeof(PlainLifeGrain), typeof(IStateGrain), typeof(StateGrain), typeof(IBytesGrain), typeof(BytesGrain)];

    [Fact]
    public async Task A_call_times_out_by_the_hosts_clock_and_not_before()
    {
        var time = new ManualTimeProvider();
        await using var host = await TestHost.StartAsync(Types, time: time);
        var key = Guid.NewGuid().ToString();
        var grain = host.Grains.GetGrain<IPlainLifeGrain>(key);
        var waiting = grain.Wait(key);
        var behind = grain.WhichLife();

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(waiting.IsCompleted || behind.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));

        var exception = await Assert.ThrowsAsync<TimeoutException>(() => waiting);
        Assert.Contains($"plainlife/{key}", exception.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TimeoutException>(() => behind);
        Gates.Open(key);
    }

    [Fact]
    public async Task An_activation_keeps_nothing_of_a_call_that_it_has_answered()
    {
        await using var host = await TestHost.StartAsync(Types);
        var grain = host.Grains.GetGrain<IBytesGrain>("forgetful");
        var argument = await Task.Run(() => EchoAsync(grain));

        // The thread that told the answer may be on its way out of the turn still.
        Assert.True(SpinWait.SpinUntil(() => IsCollected(argument), TimeSpan.FromSeconds(10)));

        static bool IsCollected(WeakReference reference)
        {
            GC.Collect();
            return !reference.IsAlive;
        }

        static async Task<WeakReference> EchoAsync(IBytesGrain grain)
        {
            var data = new byte[1_000];
            _ = await grain.Echo(new Bytes(data, default));
            return new WeakReference(data);
        }
    }

    [Fact]
    public async Task A_timeout_within_a_cycle_of_calls_spells_the_cycle_out()
    {
        var time = new ManualTimeProvider();
        await using var host = await TestHost.StartAsync(Types, silo => silo.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromHours(1)), time);
        var (first, second) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var call = host.Grains.GetGrain<IPlainLifeGrain>(first).CallInACircle(second, first);

        // The clock must not move before the last call of the circle is on its way: the client's own, far longer timeout would come first.
        await Gates.Wait(first);
        await host.SettleAsync();
        time.Advance(TimeSpan.FromSeconds(32));

        var exception = await Assert.ThrowsAsync<TimeoutException>(() => call);
        Assert.Contains("The calls form a cycle: plainlife/", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"plainlife/{first} -> plainlife/{second}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grain_whose_state_another_has_written_is_deactivated_and_reads_anew()
    {
        await using var host = await TestHost.StartAsync(Types);
        var grain = host.Grains.GetGrain<IStateGrain>("numbers");
        await grain.Add(1);
        var first = await grain.WhichLife();
        var storage = host.Services.GetRequiredKeyedService<IGrainStorage>("Default");
        var state = new GrainState<NumberState>();
        await storage.ReadStateAsync("numbers", grain.GetGrainId(), state);
        state.State!.Numbers.Add(2);
        await storage.WriteStateAsync("numbers", grain.GetGrainId(), state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Add(3));

        Assert.NotEqual(first, await grain.WhichLife());
        Assert.Equal(3, await grain.Add(4));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Marked_data_travels_by_reference_unless_everything_is_copied(bool copies)
    {
        await using var host = await TestHost.StartAsync(Types, setting: ("Embedded:CopyEverything", copies.ToString()));
        var bytes = new Bytes([1, 2, 3], new float[] { 1, 2 });

        var echo = await host.Grains.GetGrain<IBytesGrain>("echo").Echo(bytes);

        Assert.Equal(copies, !ReferenceEquals(bytes.Data, echo.Data));
        Assert.Equal(copies, !bytes.Numbers.Equals(echo.Numbers));
        Assert.Equal(bytes.Data, echo.Data);
        Assert.Equal(bytes.Numbers.ToArray(), echo.Numbers.ToArray());
    }

    [Fact]
    public async Task A_call_after_the_stop_is_refused()
    {
        var host = await TestHost.StartAsync(Types);
        var grain = host.Grains.GetGrain<IPlainLifeGrain>("late");
        await grain.WhichLife();
        await host.StopAsync();

        await Assert.ThrowsAsync<SiloUnavailableException>(() => grain.WhichLife());

        await host.DisposeAsync();
    }

    [Fact]
    public async Task Stopping_ends_what_would_never_end()
    {
        var host = await TestHost.StartAsync([typeof(IEndlessGrain), typeof(EndlessGrain)]);
        var key = Guid.NewGuid().ToString();
        var grain = host.Grains.GetGrain<IEndlessGrain>(key);
        await grain.Tick();
        var enumeration = Assert.ThrowsAsync<EnumerationAbortedException>(async () =>
        {
            await foreach (var element in grain.Enumerate().WithBatchSize(1))
            {
                Assert.Equal(1, element);
            }
        });
        await Task.WhenAll(Gates.Wait($"{key}/ticks"), Gates.Wait($"{key}/waits"));

        await host.StopAsync();

        await enumeration;
        await Gates.Wait($"{key}/ShuttingDown");
        await host.DisposeAsync();
    }

    [Fact]
    public async Task An_interface_without_a_class_is_named()
    {
        await using var host = await TestHost.StartAsync([typeof(IPlainLifeGrain)]);

        var exception = Assert.Throws<ArgumentException>(() => host.Grains.GetGrain<IPlainLifeGrain>("nobody"));

        Assert.Contains(nameof(IPlainLifeGrain), exception.Message, StringComparison.Ordinal);
    }
}
