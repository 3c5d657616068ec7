using System.Diagnostics.CodeAnalysis;
using Orleans.Concurrency;

namespace MemoryRL.Compliance.Tests;

[Alias("compliance.ITurnGrain")]
public interface ITurnGrain : IGrainWithStringKey
{
    [Alias("Log")]
    Task Log(string entry);

    [Alias("HoldUntil")]
    Task HoldUntil(string gate, string entry);

    [ReadOnly, Alias("ReadUntil")]
    Task ReadUntil(string gate, string entry);

    [ReadOnly, Alias("ReadAndOpen")]
    Task ReadAndOpen(string gate);

    [AlwaysInterleave, Alias("OpenAlways")]
    Task OpenAlways(string gate);

    [Alias("BlockUntilSet")]
    Task<bool> BlockUntilSet(string gate);

    [Alias("YieldManyTimes")]
    ValueTask<int> YieldManyTimes(int times);

    [Alias("DescribeScheduler")]
    Task<string> DescribeScheduler();
}

[Alias("compliance.IPlainTurnGrain")]
public interface IPlainTurnGrain : ITurnGrain;

[Alias("compliance.IReentrantTurnGrain")]
public interface IReentrantTurnGrain : ITurnGrain;

internal abstract class TurnGrainBase : Grain, ITurnGrain
{
    private int _inside;
    private int _yields;

    public Task Log(string entry)
    {
        Scene.Log(this.GetPrimaryKeyString(), entry);
        return Task.CompletedTask;
    }

    public async Task HoldUntil(string gate, string entry)
    {
        Scene.Log(this.GetPrimaryKeyString(), $"{entry} begins");
        Scene.Open($"{gate}/held");
        await Scene.WaitFor(gate);
        await Task.Yield();
        Scene.Log(this.GetPrimaryKeyString(), $"{entry} ends");
    }

    public Task ReadUntil(string gate, string entry) => HoldUntil(gate, entry);

    public Task ReadAndOpen(string gate)
    {
        Scene.Log(this.GetPrimaryKeyString(), "read");
        Scene.Open(gate);
        return Task.CompletedTask;
    }

    public Task OpenAlways(string gate)
    {
        Scene.Open(gate);
        return Task.CompletedTask;
    }

    // Blocking is what a grain must not do; here it shows that the caller does not lend its stack.
    [SuppressMessage("Performance", "CA1849", Justification = "The turn blocks on purpose.")]
    public Task<bool> BlockUntilSet(string gate) => Task.FromResult(Scene.WaitFor(gate).Wait(TimeSpan.FromSeconds(20)));

    public async ValueTask<int> YieldManyTimes(int times)
    {
        for (var i = 0; i < times; i++)
        {
            if (Interlocked.Increment(ref _inside) != 1)
            {
                Scene.Increment($"{this.GetPrimaryKeyString()}/overlaps");
            }

            var before = _yields;
            Thread.SpinWait(20);
            _yields = before + 1;
            Interlocked.Decrement(ref _inside);
            await Task.Yield();
        }

        return _yields;
    }

    public async Task<string> DescribeScheduler()
    {
        var own = TaskScheduler.Current;
        var faults = new List<string>();
        Check(own != TaskScheduler.Default, "a turn runs on the default scheduler");
        await Task.Yield();
        Check(TaskScheduler.Current == own, "Task.Yield left the scheduler");
        await Task.Run(() => Check(TaskScheduler.Current == TaskScheduler.Default, "Task.Run stayed on the scheduler"));
        Check(TaskScheduler.Current == own, "awaiting Task.Run left the scheduler");
        await Task.CompletedTask.ContinueWith(_ => Check(TaskScheduler.Current == own, "ContinueWith left the scheduler"), TaskScheduler.Current);
        await Task.Factory.StartNew(() => Check(TaskScheduler.Current == own, "StartNew left the scheduler"), CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Current);
        return string.Join("; ", faults);

        void Check(bool isRight, string fault)
        {
            if (!isRight)
            {
                faults.Add(fault);
            }
        }
    }
}

internal sealed class TurnGrain : TurnGrainBase, IPlainTurnGrain;

[Reentrant]
internal sealed class ReentrantTurnGrain : TurnGrainBase, IReentrantTurnGrain;
