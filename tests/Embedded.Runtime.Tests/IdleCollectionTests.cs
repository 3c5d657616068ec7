using Orleans.Configuration;
using Orleans.Hosting;

namespace MemoryRL.Embedded.Runtime.Tests;

public sealed class IdleCollectionTests
{
    private static readonly Type[] Types = [typeof(IPlainLifeGrain), typeof(PlainLifeGrain), typeof(IKeptLifeGrain), typeof(KeptLifeGrain), typeof(IShortLifeGrain), typeof(ShortLifeGrain)];

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task An_idle_grain_is_collected_after_its_age_and_use_postpones_it()
    {
        await using var host = await StartAsync();
        var key = Guid.NewGuid().ToString();
        var grain = host.Grains.GetGrain<IPlainLifeGrain>(key);
        var first = await grain.WhichLife();

        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(first, await grain.WhichLife());
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(first, await grain.WhichLife());
        _time.Advance(TimeSpan.FromMinutes(12));
        await Gates.Wait($"{key}/ActivationIdle");

        Assert.NotEqual(first, await grain.WhichLife());
    }

    [Fact]
    public async Task A_grain_at_work_is_not_collected()
    {
        await using var host = await StartAsync();
        var key = Guid.NewGuid().ToString();
        var grain = host.Grains.GetGrain<IPlainLifeGrain>(key);
        var first = await grain.WhichLife();
        var work = grain.Wait(key);
        await Gates.Wait($"{key}/waits");

        _time.Advance(TimeSpan.FromMinutes(9));
        _time.Advance(TimeSpan.FromMinutes(9));
        Gates.Open(key);
        await Assert.ThrowsAsync<TimeoutException>(() => work);

        Assert.Equal(first, await grain.WhichLife());
    }

    [Fact]
    public async Task A_class_says_its_own_age()
    {
        await using var host = await StartAsync();
        var kept = host.Grains.GetGrain<IKeptLifeGrain>(Guid.NewGuid().ToString());
        var shortKey = Guid.NewGuid().ToString();
        var first = await kept.WhichLife();
        await host.Grains.GetGrain<IShortLifeGrain>(shortKey).WhichLife();

        _time.Advance(TimeSpan.FromMinutes(5));
        await Gates.Wait($"{shortKey}/ActivationIdle");
        _time.Advance(TimeSpan.FromDays(2));

        Assert.Equal(first, await kept.WhichLife());
    }

    [Fact]
    public async Task The_options_say_the_age_of_a_class()
    {
        await using var host = await StartAsync(options => options.ClassSpecificCollectionAge[typeof(PlainLifeGrain).FullName!] = TimeSpan.FromMinutes(2));
        var key = Guid.NewGuid().ToString();
        await host.Grains.GetGrain<IPlainLifeGrain>(key).WhichLife();

        _time.Advance(TimeSpan.FromMinutes(4));

        await Gates.Wait($"{key}/ActivationIdle");
    }

    [Fact]
    public async Task A_grain_may_delay_its_collection()
    {
        await using var host = await StartAsync();
        var key = Guid.NewGuid().ToString();
        var grain = host.Grains.GetGrain<IPlainLifeGrain>(key);
        var first = await grain.WhichLife();
        await grain.Delay(TimeSpan.FromHours(2));

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(first, await grain.WhichLife());
        _time.Advance(TimeSpan.FromHours(2));
        await Gates.Wait($"{key}/ActivationIdle");

        Assert.NotEqual(first, await grain.WhichLife());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_the_ticks_that_are_told_to_keep_a_grain_alive(bool keepsAlive)
    {
        await using var host = await StartAsync();
        var key = Guid.NewGuid().ToString();
        var grain = host.Grains.GetGrain<IPlainLifeGrain>(key);
        var first = await grain.WhichLife();
        await grain.Tick(TimeSpan.FromMinutes(4), keepsAlive);

        // In steps, each settled before the next, so that no tick is still under way when the next is due.
        for (var minutes = 0; minutes < 24; minutes += 4)
        {
            _time.Advance(TimeSpan.FromMinutes(4));
            await host.SettleAsync();
        }

        if (keepsAlive)
        {
            Assert.Equal(first, await grain.WhichLife());
        }
        else
        {
            await Gates.Wait($"{key}/ActivationIdle");
        }
    }

    private Task<TestHost> StartAsync(Action<GrainCollectionOptions>? configure = null)
    {
        return TestHost.StartAsync(
            Types,
            silo => silo.Configure<GrainCollectionOptions>(options =>
            {
                options.CollectionAge = TimeSpan.FromMinutes(10);
                configure?.Invoke(options);
            }),
            _time);
    }
}
