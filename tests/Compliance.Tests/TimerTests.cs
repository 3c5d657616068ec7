namespace MemoryRL.Compliance.Tests;

[Collection(GrainHostGroup.Name)]
public sealed class TimerTests(GrainHostFixture host)
{
    [Fact]
    public async Task A_timer_ticks_again_and_again_in_turns_of_its_grain()
    {
        var key = Scene.NewKey("ticks");

        await Grain(key).TickUntil(5, key);

        await Scene.WaitFor(key);
    }

    [Fact]
    public async Task A_failing_tick_does_not_end_the_ticks()
    {
        var key = Scene.NewKey("failing-ticks");

        await Grain(key).FailAndTickUntil(3, key);

        await Scene.WaitFor(key);
    }

    [Fact]
    public async Task Only_a_tick_that_may_interleave_comes_while_a_request_holds()
    {
        var key = Scene.NewKey("due");

        Assert.Equal(0, await Grain(key).HoldWhileTimersAreDue(key));
    }

    [Fact]
    public async Task A_timer_can_be_changed()
    {
        var key = Scene.NewKey("change");

        await Grain(key).StartLater(key);

        await Scene.WaitFor(key);
    }

    [Fact]
    public async Task A_disposed_timer_ticks_no_more()
    {
        var key = Scene.NewKey("dispose");

        Assert.Equal(1, await Grain(key).StopAfterOneTick(key));
    }

    private ITimerGrain Grain(string key) => host.Grains.GetGrain<ITimerGrain>(key);
}
