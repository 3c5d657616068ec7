namespace MemoryRL.Compliance.Tests;

[Alias("compliance.ITimerGrain")]
public interface ITimerGrain : IGrainWithStringKey
{
    [Alias("TickUntil")]
    Task TickUntil(int count, string gate);

    [Alias("FailAndTickUntil")]
    Task FailAndTickUntil(int count, string gate);

    [Alias("HoldWhileTimersAreDue")]
    Task<int> HoldWhileTimersAreDue(string gate);

    [Alias("StartLater")]
    Task StartLater(string gate);

    [Alias("StopAfterOneTick")]
    Task<int> StopAfterOneTick(string gate);
}

internal sealed class TimerGrain : Grain, ITimerGrain
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);

    public Task TickUntil(int count, string gate)
    {
        var scheduler = TaskScheduler.Current;
        var ticks = 0;
        IGrainTimer? timer = null;
        timer = this.RegisterGrainTimer(
            async (state, _) =>
            {
                await Task.Yield();
                if (TaskScheduler.Current == scheduler && ++ticks == count && string.Equals(state, gate, StringComparison.Ordinal))
                {
                    timer!.Dispose();
                    Scene.Open(gate);
                }
            },
            gate,
            new GrainTimerCreationOptions(Short, Short));
        return Task.CompletedTask;
    }

    public Task FailAndTickUntil(int count, string gate)
    {
        var ticks = 0;
        IGrainTimer? timer = null;
        timer = this.RegisterGrainTimer(
            () =>
            {
                if (++ticks == count)
                {
                    timer!.Dispose();
                    Scene.Open(gate);
                }

                throw new InvalidOperationException($"Tick {ticks} fails.");
            },
            new GrainTimerCreationOptions { DueTime = Short, Period = Short });
        return Task.CompletedTask;
    }

    // The tick that may not interleave is due first, so it would have come before the other if it could.
    public async Task<int> HoldWhileTimersAreDue(string gate)
    {
        var ticks = 0;
        using var waits = this.RegisterGrainTimer(
            _ =>
            {
                ticks++;
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(Short, Timeout.InfiniteTimeSpan));
        using var interleaves = this.RegisterGrainTimer(
            _ =>
            {
                Scene.Open(gate);
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(TimeSpan.FromMilliseconds(50), Timeout.InfiniteTimeSpan) { Interleave = true });
        await Scene.WaitFor(gate);
        return ticks;
    }

    public Task StartLater(string gate)
    {
        var timer = this.RegisterGrainTimer(
            _ =>
            {
                Scene.Open(gate);
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        timer.Change(Short, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public async Task<int> StopAfterOneTick(string gate)
    {
        var ticks = 0;
        IGrainTimer? timer = null;
        timer = this.RegisterGrainTimer(
            _ =>
            {
                ticks++;
                timer!.Dispose();
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(Short, Short) { Interleave = true });
        using var later = this.RegisterGrainTimer(
            _ =>
            {
                Scene.Open(gate);
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(TimeSpan.FromMilliseconds(50), Timeout.InfiniteTimeSpan) { Interleave = true });
        await Scene.WaitFor(gate);
        return ticks;
    }
}
