namespace MemoryRL.Compliance.Tests;

[Collection(GrainHostGroup.Name)]
public sealed class TurnTests(GrainHostFixture host)
{
    [Fact]
    public async Task A_request_waits_until_the_one_before_has_ended_awaits_included()
    {
        var key = Scene.NewKey("order");
        var grain = host.Grains.GetGrain<IPlainTurnGrain>(key);
        var first = grain.HoldUntil($"{key}/go", "first");
        await Scene.WaitFor($"{key}/go/held");
        var second = grain.Log("second");
        var third = grain.Log("third");

        Scene.Open($"{key}/go");
        await Task.WhenAll(first, second, third);

        var log = Scene.ReadLog(key);
        Assert.Equal(["first begins", "first ends"], log[..2]);
        Assert.Equal(["second", "third"], log[2..].Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Never_do_two_turns_of_one_grain_run_at_once(bool isReentrant)
    {
        var key = Scene.NewKey("overlap");
        ITurnGrain grain = isReentrant ? host.Grains.GetGrain<IReentrantTurnGrain>(key) : host.Grains.GetGrain<IPlainTurnGrain>(key);
        const int Callers = 16;
        const int Calls = 50;
        const int Yields = 5;

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Calls; i++)
            {
                await grain.YieldManyTimes(Yields);
            }
        })));

        Assert.Equal(0, Scene.Count($"{key}/overlaps"));
        Assert.Equal(Callers * Calls * Yields, await grain.YieldManyTimes(0));
    }

    [Fact]
    public async Task Turns_stay_on_the_scheduler_of_their_activation()
    {
        var grain = host.Grains.GetGrain<IPlainTurnGrain>(Scene.NewKey("scheduler"));

        Assert.Equal("", await grain.DescribeScheduler());
    }

    [Fact]
    public async Task A_reentrant_grain_interleaves_requests()
    {
        var key = Scene.NewKey("reentrant");
        var grain = host.Grains.GetGrain<IReentrantTurnGrain>(key);
        var first = grain.HoldUntil($"{key}/go", "first");
        await Scene.WaitFor($"{key}/go/held");

        await grain.Log("second");
        Scene.Open($"{key}/go");
        await first;

        Assert.Equal(["first begins", "second", "first ends"], Scene.ReadLog(key));
    }

    [Fact]
    public async Task A_request_that_always_interleaves_overtakes_one_that_holds()
    {
        var key = Scene.NewKey("always");
        var grain = host.Grains.GetGrain<IPlainTurnGrain>(key);
        var first = grain.HoldUntil($"{key}/go", "first");
        await Scene.WaitFor($"{key}/go/held");

        await grain.OpenAlways($"{key}/go");

        await first;
    }

    [Fact]
    public async Task Read_only_requests_interleave_with_each_other()
    {
        var key = Scene.NewKey("reads");
        var grain = host.Grains.GetGrain<IPlainTurnGrain>(key);
        var first = grain.ReadUntil($"{key}/go", "first");
        await Scene.WaitFor($"{key}/go/held");

        await grain.ReadAndOpen($"{key}/go");

        await first;
    }

    [Fact]
    public async Task A_read_only_request_waits_for_one_that_may_write()
    {
        var key = Scene.NewKey("write-then-read");
        var grain = host.Grains.GetGrain<IPlainTurnGrain>(key);
        var write = grain.HoldUntil($"{key}/go", "write");
        await Scene.WaitFor($"{key}/go/held");
        var read = grain.ReadAndOpen($"{key}/read");

        Scene.Open($"{key}/go");
        await Task.WhenAll(write, read);

        Assert.Equal(["write begins", "write ends", "read"], Scene.ReadLog(key));
    }

    [Fact]
    public async Task A_request_that_may_write_waits_for_one_that_reads()
    {
        var key = Scene.NewKey("read-then-write");
        var grain = host.Grains.GetGrain<IPlainTurnGrain>(key);
        var read = grain.ReadUntil($"{key}/go", "read");
        await Scene.WaitFor($"{key}/go/held");
        var write = grain.Log("write");

        Scene.Open($"{key}/go");
        await Task.WhenAll(read, write);

        Assert.Equal(["read begins", "read ends", "write"], Scene.ReadLog(key));
    }

    [Fact]
    public async Task A_caller_never_lends_its_stack_to_the_callee()
    {
        var key = Scene.NewKey("block");
        var answer = host.Grains.GetGrain<IPlainTurnGrain>(key).BlockUntilSet(key);

        Scene.Open(key);

        Assert.True(await answer);
    }
}
